// Reach: where the focus goes, what is announced, and what a thumb finds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { firstCase, follow, PHONE, settled, stage, text } from "./support.mjs";

let sag = "";
const s = stage(() => s.open({}, async (page) => { sag = await firstCase(page, s.url, "/sager?sorter=-uger"); }));
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

test("opening a fact with the keyboard moves the focus to the panel, and Esc leads back to where one was", async () => {
  await s.open({}, async (page) => {
    await page.goto(`${s.url}${sag}?som=liste`);
    const link = page.locator("ul.events a").nth(2);
    const name = await text(link);
    await follow(page, link, (l) => l.press("Enter"));
    assert.equal(await focused(page), "panel");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector(".panel"));
    await settled(page);
    assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), name);
  });
});

test("on a phone a fact far down the list opens where one can see it", async () => {
  await s.open({ size: PHONE }, async (page) => {
    await page.goto(`${s.url}${sag}?som=liste`);
    await follow(page, page.locator("ul.events a").last());
    const top = await page.locator("#panel").evaluate((e) => e.getBoundingClientRect().top);
    assert.ok(top >= -5 && top < PHONE.height - 100, `the panel begins at ${top}`);
  });
});

test("what was saved is said in a region that was there before", async () => {
  await s.open({}, async (page) => {
    await page.goto(`${s.url}${sag}?tilfoej=note`);
    await page.evaluate(() => { globalThis.regions = [...document.querySelectorAll("[aria-live], [role=status], [role=alert]")]; });
    await page.locator("#f-tekst").fill("Kort notat");
    await follow(page, page.locator(".panel button[type=submit]"));
    const said = await page.evaluate(() => globalThis.regions.filter((r) => r.isConnected).map((r) => r.textContent).join(" "));
    assert.match(said, /Gemt/, "a screen reader hears it");
  });
});

test("the list of who has seen the case counts an opening once, not every change of zoom", async () => {
  await s.open({}, async (page) => {
    await page.goto(`${s.url}${sag}/set-af`);
    const before = await page.locator("tbody tr").count();
    await page.goto(s.url + sag);
    for (const zoom of ["3 mdr.", "1 år", "Alt"]) await follow(page, page.getByRole("link", { name: zoom, exact: true }));
    await page.goto(`${s.url}${sag}/set-af`);
    assert.ok((await page.locator("tbody tr").count()) - before <= 1, "one look, one line");
  });
});

test("the caseload shows every column on an ordinary wide screen", async () => {
  await s.open({ path: "/sager" }, async (page) => {
    const over = await page.locator(".scroll").first().evaluate((e) => e.scrollWidth - e.clientWidth);
    assert.ok(over <= 0, `the table is ${over} px wider than its place`);
  });
});

test("the caption of the caseload stands on one line on a phone", async () => {
  await s.open({ size: PHONE, path: "/sager" }, async (page) => {
    const { height } = await page.locator("table.cases caption").boundingBox();
    assert.ok(height < 50, `the caption is ${height} px high`);
  });
});

test("nothing of the picture is cut when the panel is open", async () => {
  await s.open({}, async (page) => {
    await page.goto(`${s.url}${sag}?tilfoej=talk`);
    const over = await page.locator(".picture-only").evaluate((e) => e.scrollWidth - e.clientWidth);
    assert.ok(over <= 0, `the picture is ${over} px wider than its place`);
  });
});
