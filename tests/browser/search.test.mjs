// Search: what is typed never ends up in an address.
import assert from "node:assert/strict";
import { test } from "node:test";
import { firstCase, pathOf, settled, stage, text } from "./support.mjs";

const s = stage();

// Every address the page asked for or stood on.
function addresses(page) {
  const seen = [];
  page.on("request", (request) => { seen.push(request.url(), request.headers().referer ?? "", request.headers()["hx-current-url"] ?? ""); });
  page.on("framenavigated", (frame) => seen.push(frame.url()));
  return seen;
}

test("a citizen is found by the beginning of the name, and the address does not say who was sought", async () => {
  await s.open({ path: "/sager?sorter=navn" }, async (page) => {
    const seen = addresses(page);
    const name = (await page.locator("tr[data-row] a.name").nth(7).innerText()).trim();
    const [given, family] = name.split(" ");
    const typed = `${given.slice(0, 4).toLowerCase()} ${family.slice(0, 5).toLowerCase()}`;
    await page.keyboard.press("/");
    await page.keyboard.type(typed);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/soeg/);
    await settled(page);
    const names = await page.locator("tr[data-row] a.name").allInnerTexts();
    assert.ok(names.includes(name), `${name} among ${names}`);
    assert.ok(names.every((n) => n.toLowerCase().split(" ").some((w) => w.startsWith(given.slice(0, 4).toLowerCase()))));
    assert.match(await text(page.locator("h1")), /borgere? passer/);
    assert.equal(pathOf(page), "/soeg");
    for (const address of seen) assert.ok(!decodeURIComponent(address).toLowerCase().includes(given.slice(0, 4).toLowerCase()), address);
    await page.reload();
    assert.equal(await page.locator("h1").count(), 1, "a reload of the address asks for nobody");
    await page.goto(s.url + "/soeg");
  });
});

test("the found citizens are walked with j and opened with Enter", async () => {
  await s.open({ path: "/soeg" }, async (page) => {
    await page.locator("#search-again").fill("a");
    await page.locator("#search-again").press("Enter");
    await page.locator("tr[data-row]").first().waitFor();
    await settled(page);
    const name = await page.locator("tr[data-row] a.name").first().innerText();
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sager\/[0-9a-f]{8,}/);
    await settled(page);
    assert.ok((await text(page.locator("h1"))).startsWith(name));
  });
});

test("a search that fits nobody says so and keeps the way open", async () => {
  await s.open({ path: "/" }, async (page) => {
    await page.locator("#search").fill("Xyzzyqq");
    await page.locator("#search").press("Enter");
    await page.getByText("Intet navn begynder sådan").waitFor();
    assert.ok(await page.locator("#search-again").isVisible());
  });
});

test("a CPR number is masked first, shown by a click, and the look is on the list", async () => {
  await s.open({}, async (page) => {
    const seen = addresses(page);
    const sag = await firstCase(page, s.url);
    await page.goto(s.url + sag);
    const sub = page.locator("div.sub");
    assert.doesNotMatch(await sub.innerText(), /\d{6}-?\d{4}/);
    await sub.getByRole("button", { name: "Vis CPR" }).click();
    await page.getByText(/\d{6}-\d{4}/).first().waitFor();
    await settled(page);
    const cpr = (await sub.innerText()).match(/\d{6}-\d{4}/)[0];
    assert.equal(await sub.getByRole("button", { name: "Vis CPR" }).count(), 0);
    await sub.getByRole("link", { name: "Hvem har set sagen?" }).click();
    await page.waitForURL(/set-af/);
    await settled(page);
    const looks = await page.locator("tbody").innerText();
    assert.ok(looks.includes("Viste CPR-nummeret") && looks.includes("Åbnede sagen"), looks);

    for (const typed of [cpr, cpr.replace("-", "")]) {
      await page.goto(s.url + "/");
      await page.locator("#search").fill(typed);
      await page.locator("#search").press("Enter");
      await page.waitForURL((url) => url.pathname === sag);
    }
    const [day, control] = cpr.split("-");
    for (const address of seen) {
      const plain = decodeURIComponent(address).replaceAll("-", "");
      assert.ok(!plain.includes(day + control) && !plain.includes(day) && !plain.includes(`=${control}`), address);
    }
  });
});

test("the number is masked again when the case is opened anew", async () => {
  await s.open({}, async (page) => {
    await page.goto(s.url + (await firstCase(page, s.url)));
    const here = pathOf(page);
    await page.getByRole("button", { name: "Vis CPR" }).click();
    await page.getByText(/\d{6}-\d{4}/).first().waitFor();
    await settled(page);
    assert.equal(pathOf(page), here, "showing the number leaves the address of the case");
    await page.reload();
    assert.equal(await page.getByRole("button", { name: "Vis CPR" }).count(), 1);
  });
});

test("nothing about a citizen stays behind in the browser's storage", async () => {
  await s.open({ path: "/sager" }, async (page) => {
    const name = (await page.locator("tr[data-row] a.name").first().innerText()).trim();
    await page.locator("tr[data-row] a.name").first().click();
    await page.getByRole("button", { name: "Vis CPR" }).click();
    await page.getByText(/\d{6}-\d{4}/).first().waitFor();
    await settled(page);
    const cpr = (await page.locator("div.sub").innerText()).match(/\d{6}-\d{4}/)[0];
    await page.locator(".nav a[href=\"/tal\"]").click();
    await page.waitForURL(/\/tal/);
    await settled(page);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    assert.ok(!kept.includes(cpr) && !kept.includes(name), "the browser keeps a case it has shown");
  });
});
