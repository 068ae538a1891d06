// Every page in one language, on a wide screen and a phone: sound, accessible, and without a complaint.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { axe, firstCase, PHONE, sound, stage, WIDE } from "./support.mjs";

const SCREENS = [["a wide screen", WIDE], ["a phone", PHONE]];

// The tests of every page in `lang`; gives the stage they use, and the case.
export function everyPage(lang) {
  const at = { sag: "", fact: "" };
  const s = stage(() => s.open({}, async (page) => {
    at.sag = await firstCase(page, s.url);
    await page.goto(`${s.url}${at.sag}?som=liste`);
    at.fact = (await page.locator("ul.events a").first().getAttribute("href")).match(/oplysning=(\d+)/)[1];
  }));
  const views = [
    ["the front page", () => "/"],
    ["Kommunen i tal", () => "/tal"],
    ["Kommunen i tal for a small municipality without figures", () => "/tal?serie=langtidsledige&kommune=0825"],
    ["Sager", () => "/sager"],
    ["Sager with nobody in it", () => "/sager?maalgruppe=findes-ikke"],
    ["a case as a picture", () => at.sag],
    ["a case as a list", () => `${at.sag}?som=liste`],
    ["a case with its panel open", () => `${at.sag}?oplysning=${at.fact}`],
    ["a case with a form open", () => `${at.sag}?tilfoej=talk`],
    ["a case with taking back open", () => `${at.sag}?tag-tilbage=${at.fact}`],
    ["a case as it was known", () => `${at.sag}?kendt=2026-06-01`],
    ["a whole life", () => `${at.sag}?vis=alt`],
    ["the search page", () => "/soeg"],
    ["who has seen the case", () => `${at.sag}/set-af`],
    ["the law", () => "/love"],
    ["the law on two days", () => "/love?dato=2026-06-30&sammenlign=2026-07-01"],
    ["the law, nothing found", () => "/love?q=findesikke"],
    ["a rule", () => "/love/TALKS-FIRST-6M"],
    ["results", () => "/resultater?pris=150000"],
    ["results by our own model, later than the benchmark", () => "/resultater?kilde=egen&ydelse=kontanthjaelp&periode=2026M07"],
    ["results with nothing to show", () => "/resultater?periode=2026M07"],
    ["the model with a theme left out", () => "/resultater/model?uden=alder"],
    ["indicators", () => "/resultater/indikatorer?gruppe=kontanthjaelp&indikator=aktiveringsgrad"],
    ["indicators that nobody is counted in", () => "/resultater/indikatorer?gruppe=revalidering&indikator=afgang-job-12"],
    ["the learning map", () => "/resultater/laering"],
    ["the learning map looked into, with a description to write", () => "/resultater/laering?udfald=selvforsoergelse&maaneder=3&team=Team%20Udvikling&gruppe=6.3&skriv=ny"],
    ["supervision", () => "/resultater/tilsyn"],
    ["the licences", () => "/licenser"],
    ["a page that does not exist", () => "/findes-ikke", 404],
  ];

  const check = async (page, status) => {
    await sound(page, lang);
    assert.deepEqual(await axe(page), [], "axe finds nothing");
    if (status === 200) {
      assert.equal(await page.locator(".lang a[aria-current]").getAttribute("lang"), lang, "the language switch shows where one is");
    }
  };

  for (const [name, path, status = 200] of views) {
    describe(`${name} is sound and accessible`, () => {
      for (const [screen, size] of SCREENS) {
        test(`on ${screen}`, async () => {
          await s.open({ size, lang, expect: [status] }, async (page) => {
            const response = await page.goto(s.url + path());
            assert.equal(response.status(), status);
            assert.match(response.headers()["content-security-policy"], /script-src 'self'; style-src 'self'/);
            await check(page, status);
          });
        });
      }
    });
  }

  describe("found citizens are shown soundly", () => {
    for (const [screen, size] of SCREENS) {
      test(`on ${screen}`, async () => {
        await s.open({ size, lang, path: "/soeg" }, async (page) => {
          await page.locator("#search-again").fill("a");
          await page.locator("#search-again").press("Enter");
          await page.locator("tr[data-row]").first().waitFor();
          await check(page, 200);
        });
      });
    }
  });
  return { s, at };
}
