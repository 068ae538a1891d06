// A citizen: recording, undoing, correcting, taking back, and what was known before.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { follow, pathOf, settled, stage, text, TODAY } from "./support.mjs";

let cases = [];
const s = stage(() => s.open({ path: "/sager?sorter=navn" }, async (page) => {
  const all = await page.locator("tr[data-row] a.name").evaluateAll((links) => links.map((a) => a.getAttribute("href").split("?")[0]));
  cases = all.reverse();
}));
// Each test has a case of its own.
const aCase = () => cases.pop();
const YESTERDAY = "2026-11-23";
const panel = (page) => page.locator("section.panel");
const label = (page, name) => panel(page).getByLabel(name);
const send = (page) => follow(page, panel(page).locator("button[type=submit]"));
const facts = async (page, sag) => {
  await page.goto(`${s.url}${sag}?som=liste`);
  return (await page.locator("ul.events li").allInnerTexts()).map((t) => t.replace(/\s+/g, " ").trim());
};

async function add(page, menuItem) {
  await page.locator("details.menu summary").click();
  await follow(page, page.locator("details.menu li a").filter({ hasText: new RegExp(`^${menuItem}$`) }));
  await panel(page).waitFor();
}

test("a talk is written with n, saved with Ctrl and Enter, and stands in the picture and the list", async () => {
  await s.open({}, async (page) => {
    const sag = aCase();
    const before = await facts(page, sag);
    await page.goto(s.url + sag);
    await page.keyboard.press("n");
    await panel(page).waitFor();
    await settled(page);
    assert.equal(await page.evaluate(() => document.activeElement.id), "f-fra", "the first question has the focus");
    assert.equal(await label(page, "Dag").inputValue(), TODAY);
    await label(page, "Form").first().selectOption({ label: "telefon" });
    await label(page, "Formål").fill("Prøvesamtale");
    await label(page, "Det, vi aftalte").fill("Vi ringes ved på fredag.\nÆ, ø og å & <b> kommer med.");
    await page.keyboard.press("Control+Enter");
    const toast = page.locator(".toast-own");
    await toast.waitFor();
    await settled(page);
    assert.match(await text(toast), /^Gemt\. Fortryd$/);
    assert.ok(await toast.getByRole("button", { name: "Fortryd" }).isVisible());
    assert.match(await page.locator("#say").textContent(), /^Gemt/, "it is announced");
    const marks = await page.locator("svg.lanes a title, svg.lanes a").evaluateAll((all) => all.map((a) => a.textContent + (a.getAttribute("aria-label") ?? "")));
    assert.ok(marks.some((m) => /telefon/.test(m) && /24\. nov\. 2026/.test(m)), "the talk is in the picture");
    const list = await facts(page, sag);
    assert.equal(list.length, before.length + 1);
    const line = list.find((l) => /^24\. nov\. 2026 Samtale, telefon, holdt/.test(l));
    assert.ok(line, list.slice(0, 5).join(" | "));
    await follow(page, page.locator("ul.events a", { hasText: "Samtale, telefon, holdt" }).first());
    const detail = await text(panel(page));
    for (const word of ["Prøvesamtale", "Vi ringes ved på fredag. Æ, ø og å & <b> kommer med.", "rådgiver", "demobruger"]) {
      assert.ok(detail.includes(word), `${word} in ${detail}`);
    }
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector(".panel"));
    assert.equal(pathOf(page), `${sag}?som=liste`);
  });
});

test("undoing from the toast takes the fact back, and the list says so", async () => {
  await s.open({}, async (page) => {
    const sag = aCase();
    await page.goto(s.url + sag);
    await add(page, "Notat");
    await label(page, "Notat").fill("Skrevet på den forkerte sag");
    await send(page);
    await follow(page, page.locator(".toast-own button"));
    assert.match(await text(page.locator(".toast-own")), /^Fortrudt\.$/);
    const list = await facts(page, sag);
    const line = list.find((l) => /taget tilbage/i.test(l));
    assert.ok(line && /Notat/.test(line), list.slice(0, 4).join(" | "));
    assert.equal(await page.locator("ul.events .was", { hasText: "Notat" }).evaluate((e) => getComputedStyle(e).textDecorationLine), "line-through");
  });
});

test("the toast goes away by itself after ten seconds and not before", async () => {
  await s.open({ own: "clock" }, async (page) => {
    await page.clock.install();
    await page.goto(s.url + aCase());
    await add(page, "Notat");
    await label(page, "Notat").fill("Kort");
    await send(page);
    await page.clock.runFor(9_000);
    assert.equal(await page.locator(".toast-own").count(), 1);
    await page.clock.runFor(2_000);
    assert.equal(await page.locator(".toast-own").count(), 0);
  });
});

test("hours are corrected, undone, corrected again and taken back, and the day before knows none of it", async () => {
  await s.open({}, async (page) => {
    const sag = aCase();
    await page.goto(s.url + sag);
    await add(page, "Ordinære timer");
    await label(page, "Timer om ugen").fill("7,5");
    await label(page, "Fra").fill("2026-10-01");
    await label(page, "Virksomhed").fill("Prøvebageriet");
    await send(page);
    assert.match(await text(page.locator(".toast-own")), /^Gemt/);
    const open = async () => {
      await page.goto(`${s.url}${sag}?som=liste`);
      await follow(page, page.locator("ul.events a", { hasText: "Prøvebageriet" }).first());
    };
    const correct = async (hours) => {
      await open();
      await follow(page, panel(page).getByRole("link", { name: "Ret" }));
      assert.equal(await label(page, "Virksomhed").inputValue(), "Prøvebageriet");
      await label(page, "Timer om ugen").fill(hours);
      await send(page);
      assert.match(await text(page.locator(".toast-own")), /^Rettet\. Den tidligere oplysning er gemt under den nye\./);
    };
    await correct("10");
    await follow(page, page.locator(".toast-own button"));
    await open();
    assert.match(await text(panel(page)), /^Ordinære timer, 7,5 t\/uge hos Prøvebageriet/, "undoing a correction puts the earlier one in force");
    await correct("12");
    await open();
    assert.match(await text(panel(page)), /^Ordinære timer, 12 t\/uge hos Prøvebageriet/);
    const was = panel(page).locator("li.was");
    assert.ok((await was.allInnerTexts()).some((t) => t.includes("7,5 t/uge")));
    assert.equal(await was.first().evaluate((e) => getComputedStyle(e).textDecorationLine), "line-through");

    await page.goto(s.url + sag);
    await page.locator("#kendt").fill(YESTERDAY);
    await page.waitForURL(new RegExp(`kendt=${YESTERDAY}`));
    await settled(page);
    assert.match(await page.locator("#page").getAttribute("class"), /as-known/);
    assert.match(await text(page.locator(".banner")), /Sagen, som den var kendt 23\. nov\. 2026\. Her kan intet ændres\./);
    assert.notEqual(await page.locator("#page").evaluate((e) => getComputedStyle(e).backgroundColor), "rgba(0, 0, 0, 0)");
    assert.ok(!(await page.locator("main").innerText()).includes("Prøvebageriet"));
    assert.equal(await page.locator("details.menu, a[data-key=n], section.do-now").count(), 0);
    await follow(page, page.locator("td a").first());
    assert.equal(await panel(page).getByRole("link", { name: /^(Ret|Tag tilbage)$/ }).count(), 0);
    await page.goto(`${s.url}${sag}?kendt=${YESTERDAY}&tilfoej=talk`);
    assert.equal(await page.locator("form.form-own").count(), 0, "no form where nothing can be changed");
    await follow(page, page.getByRole("link", { name: "Tilbage til i dag" }));
    assert.ok((await page.locator("main").innerText()).includes("Prøvebageriet"));

    await open();
    await follow(page, panel(page).getByRole("link", { name: "Tag tilbage" }));
    await panel(page).getByLabel("Hvorfor?").fill("Timerne var en andens");
    await send(page);
    assert.match(await text(page.locator(".toast-own")), /^Taget tilbage\./);
    const list = await facts(page, sag);
    assert.ok(list.some((l) => /Taget tilbage/.test(l) && /Prøvebageriet/.test(l)), list.slice(0, 4).join(" | "));
    await follow(page, page.locator("ul.events a", { hasText: "Taget tilbage" }).first());
    assert.match(await text(panel(page)), /Fordi Timerne var en andens/);
  });
});

test("taking back needs a reason", async () => {
  await s.open({ expect: [400, 422] }, async (page) => {
    const sag = aCase();
    await page.goto(`${s.url}${sag}?som=liste`);
    await follow(page, page.locator("ul.events a").first());
    await follow(page, panel(page).getByRole("link", { name: "Tag tilbage" }));
    const where = pathOf(page);
    const heading = await text(page.locator("h1"));
    await panel(page).getByLabel("Hvorfor?").fill("   ");
    await panel(page).locator("button[type=submit]").click();
    await page.waitForTimeout(300);
    await settled(page);
    assert.equal(await text(page.locator("h1")), heading, "the case is still there");
    assert.equal(await panel(page).getByLabel("Hvorfor?").count(), 1, "and so is the question");
    assert.equal(pathOf(page), where);
  });
});

describe("a form with faults says what is wrong where it is wrong, saves nothing and keeps what was typed", () => {
  test("a needed field left empty", async () => {
    await s.open({ expect: [422] }, async (page) => {
      const sag = aCase();
      const before = await facts(page, sag);
      await page.goto(s.url + sag);
      await add(page, "Skridt i planen");
      await label(page, "Skridtet").fill("Tage truckkort");
      await label(page, "Hvem gør det").fill("");
      await label(page, "Senest").fill("2026-12-24");
      const response = await send(page);
      assert.equal(response.status(), 422);
      const who = label(page, "Hvem gør det");
      assert.equal(await who.getAttribute("aria-invalid"), "true");
      const says = await who.getAttribute("aria-describedby");
      assert.equal(await text(page.locator(`#${says}`)), "Skriv noget her.");
      assert.ok(await panel(page).getByRole("alert").isVisible());
      assert.equal(await label(page, "Skridtet").inputValue(), "Tage truckkort");
      assert.equal(await label(page, "Senest").inputValue(), "2026-12-24");
      assert.deepEqual(await facts(page, sag), before);
    });
  });

  test("a CVR number that does not fit, then the same form set right", async () => {
    await s.open({ expect: [422] }, async (page) => {
      const sag = aCase();
      await page.goto(s.url + sag);
      await add(page, "Job");
      await label(page, "Virksomhed").fill("Prøvesmedjen");
      await label(page, "CVR-nummer").fill("10158017");
      await label(page, "Timer om ugen").fill("mange");
      await send(page);
      assert.match(await text(page.locator("#e-cvr")), /otte cifre/);
      assert.equal(await text(page.locator("#e-timer")), "Skriv et tal fra 0 til 60.");
      assert.equal(await label(page, "CVR-nummer").inputValue(), "10158017");
      await label(page, "CVR-nummer").fill("");
      await label(page, "Timer om ugen").fill("37");
      await send(page);
      assert.match(await text(page.locator(".toast-own")), /^Gemt/);
      assert.ok((await facts(page, sag)).some((l) => l.includes("Job hos Prøvesmedjen, 37 t/uge")));
    });
  });

  test("the address stays that of the case, so that a reload shows it", async () => {
    await s.open({ expect: [422] }, async (page) => {
      const sag = aCase();
      await page.goto(s.url + sag);
      await add(page, "Notat");
      await send(page);
      assert.ok(await page.locator("#e-tekst").isVisible());
      assert.ok(pathOf(page).split("?")[0] === sag, `the address is ${pathOf(page)}`);
    });
  });
});

test("the view is kept through a form: zoom, list and the place in the caseload", async () => {
  await s.open({ path: "/sager?sorter=navn" }, async (page) => {
    await follow(page, page.locator("tr[data-row] a.name").nth(3));
    await follow(page, page.getByRole("link", { name: "Alt", exact: true }));
    await follow(page, page.getByRole("link", { name: "Liste", exact: true }));
    await add(page, "Notat");
    await label(page, "Notat").fill("Fra listen");
    await send(page);
    assert.match(pathOf(page), /\?vis=alt&som=liste&liste=sorter%3Dnavn&nr=4&gemt=\d+-ny$/);
    await follow(page, page.getByRole("link", { name: "Til listen" }));
    assert.equal(pathOf(page), "/sager?sorter=navn");
  });
});
