// Without JavaScript: reading, filtering, opening and writing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { firstCase, pathOf, sound, stage, text } from "./support.mjs";

const s = stage();
const plain = (use, more = {}) => s.open({ js: false, ...more }, use);
const go = (page, locator) => Promise.all([page.waitForEvent("load"), locator.click()]);

test("every page can be read", async () => {
  await plain(async (page) => {
    const sag = await firstCase(page, s.url);
    for (const path of ["/", "/tal", "/sager", sag, `${sag}?som=liste`, `${sag}?vis=alt`, `${sag}?kendt=2026-06-01`, "/soeg", `${sag}/set-af`, "/licenser"]) {
      await page.goto(s.url + path);
      await sound(page, "da");
      assert.ok((await page.locator("main").innerText()).length > 100, path);
    }
  });
});

test("the caseload is filtered, ordered and turned", async () => {
  await plain(async (page) => {
    await go(page, page.locator(".facets a", { hasText: "Sygemeldt" }).first());
    await go(page, page.locator("th a", { hasText: "Navn" }));
    assert.match(pathOf(page), /sorter=navn/);
    await go(page, page.locator("[rel=next]"));
    assert.match(pathOf(page), /side=2/);
    assert.match(await text(page.locator("caption")), /^Viser 51–/);
  }, { path: "/sager" });
});

test("a citizen is found and a fact opened", async () => {
  await plain(async (page) => {
    await page.locator("#search").fill("a");
    await page.locator("#search").press("Enter");
    await page.waitForURL(/\/soeg$/);
    await go(page, page.locator("tr[data-row] a.name").first());
    await go(page, page.locator("section.box td a").first());
    assert.ok(await page.locator("section.panel").isVisible());
    await go(page, page.locator("section.panel a[data-close]"));
    assert.equal(await page.locator("section.panel").count(), 0);
  }, { path: "/" });
});

test("a fact is added, taken back from the toast, and faults are shown", async () => {
  await plain(async (page) => {
    await page.goto(s.url + (await firstCase(page, s.url, "/sager?sorter=navn")));
    await page.locator("details.menu summary").click();
    await go(page, page.locator("details.menu li a", { hasText: "Notat" }));
    await go(page, page.locator(".panel button[type=submit]"));
    assert.equal(await text(page.locator("#e-tekst")), "Skriv noget her.");
    await page.locator("#f-tekst").fill("Skrevet uden JavaScript");
    await go(page, page.locator(".panel button[type=submit]"));
    assert.match(await text(page.locator(".toast-own")), /^Gemt\. Fortryd$/);
    await go(page, page.locator(".toast-own button"));
    assert.match(await text(page.locator(".toast-own")), /^Fortrudt\.$/);
  }, { expect: [422] });
});

test("a CPR number is shown, and the way back to the case stands open", async () => {
  await plain(async (page) => {
    await page.goto(s.url + (await firstCase(page, s.url)));
    await go(page, page.getByRole("button", { name: "Vis CPR" }));
    assert.match(await page.locator("div.sub").innerText(), /\d{6}-\d{4}/);
    await go(page, page.getByRole("link", { name: "Hvem har set sagen?" }));
    assert.match(await page.locator("tbody").innerText(), /Viste CPR-nummeret/);
  });
});

test("another municipality is shown with the button", async () => {
  await plain(async (page) => {
    await page.locator("#kommune").selectOption({ label: "Odense" });
    await go(page, page.getByRole("button", { name: "Vis", exact: true }));
    assert.match(await text(page.locator("h1")), /i Odense/);
  }, { path: "/tal" });
});

test("a case is shown as it was known with the button", async () => {
  await plain(async (page) => {
    await page.goto(s.url + (await firstCase(page, s.url)));
    await page.locator("#kendt").fill("2026-06-01");
    await go(page, page.getByRole("button", { name: "Vis", exact: true }));
    assert.match(await page.locator("#page").getAttribute("class"), /as-known/);
  });
});
