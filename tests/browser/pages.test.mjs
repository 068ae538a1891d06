// Every page in Danish, the languages, and the page made twice as large.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sound } from "./support.mjs";
import { everyPage } from "./views.mjs";

const { s, at } = everyPage("da");

test("the language of the address is remembered", async () => {
  await s.open({ path: "/sager?lang=en" }, async (page) => {
    await page.goto(s.url + "/tal");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.locator(".lang a[lang=da]").click();
    await page.waitForURL(/lang=da/);
    assert.equal(await page.locator("html").getAttribute("lang"), "da");
  });
});

test("the language can be changed after a page was swapped in", async () => {
  await s.open({ path: "/" }, async (page) => {
    await page.locator(".nav a").first().click();
    await page.waitForURL(/\/sager$/);
    await page.locator(".lang a[lang=en]").click();
    await page.waitForURL(/\/sager\?lang=en/);
    await sound(page, "en");
  });
});

test("the way past the menu is the first thing on the page and leads to the content", async () => {
  await s.open({ path: "/sager" }, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  });
});

for (const [name, path] of [["Sager", () => "/sager"], ["a case", () => at.sag], ["Kommunen i tal", () => "/tal"]]) {
  test(`${name} cuts nothing at 200 per cent zoom`, async () => {
    await s.open({ size: { width: 720, height: 475 }, path: path() }, async (page) => {
      await sound(page, "da");
      const cut = await page.evaluate(() => [...document.querySelectorAll("h1, h2, h3, p, a, button, td, th, label, summary")]
        .filter((e) => e.checkVisibility() && !e.closest(".hide-visually, .skip, svg") && getComputedStyle(e).overflowX !== "visible"
          && e.scrollWidth > e.clientWidth + 1 && !["auto", "scroll"].includes(getComputedStyle(e).overflowX))
        .map((e) => `${e.tagName} ${e.textContent.slice(0, 40)}`));
      assert.deepEqual(cut, []);
    });
  });
}
