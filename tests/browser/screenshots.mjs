// Remake the pictures in docs/screenshots from the made-up municipality.
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { launch, PHONE, settled, startProduct, WIDE } from "./support.mjs";

const out = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const LIMIT = 300_000;

// A case with progression, hours, offers and a goal: the one that shows most of it.
async function richest(page, url) {
  await page.goto(`${url}/sager?sorter=-timer`);
  const hrefs = await page.locator("tr[data-row]").evaluateAll((rows) => rows
    .filter((row) => row.children[9].textContent.trim().match(/[↗→↘]/))
    .map((row) => row.querySelector("a.name").getAttribute("href").split("?")[0]));
  let best = [hrefs[0], -1];
  for (const href of hrefs.slice(0, 20)) {
    await page.goto(url + href);
    const score = await page.evaluate(() => {
      const n = (selector) => document.querySelectorAll(`svg.lanes ${selector}`).length;
      const capped = (value, most) => Math.min(value, most) / most;
      return 2 * capped(n("path.curve"), 3) + 2 * capped(n(".t-offer"), 3) + 2 * capped(n(".t-work"), 3)
        + capped(n(".mark, .mark-open, .mark-video"), 6) + (document.querySelector(".quote") ? 1 : 0) + (document.querySelector(".do-now li") ? 1 : 0);
    });
    if (score > best[1]) best = [href, score];
  }
  return best[0];
}

async function correctedHours(page, url, sag) {
  await page.goto(`${url}${sag}?tilfoej=ordinary_hours`);
  await page.locator("#f-timer").fill("6");
  await page.locator("#f-fra").fill("2026-11-02");
  await page.locator("#f-virksomhed").fill("Grønhøj Byggemarked");
  await page.locator(".panel button[type=submit]").click();
  await page.waitForURL(/gemt=/);
  for (const hours of ["8", "10"]) {
    const fact = new URL(page.url()).searchParams.get("gemt").split("-")[0];
    await page.goto(`${url}${sag}?ret=${fact}`);
    await page.locator("#f-timer").fill(hours);
    await page.locator(".panel button[type=submit]").click();
    await page.waitForURL(/gemt=\d+-rettet/);
  }
  return new URL(page.url()).searchParams.get("gemt").split("-")[0];
}

async function main() {
  await mkdir(out, { recursive: true });
  const [product, browser] = await Promise.all([startProduct(), launch()]);
  try {
    const pageOf = async (viewport) => (await browser.newContext({ viewport, locale: "da-DK", timezoneId: "Europe/Copenhagen", deviceScaleFactor: 1 })).newPage();
    const [wide, phone] = [await pageOf(WIDE), await pageOf(PHONE)];
    const shoot = async (page, path, name, url = product.url) => {
      await page.goto(url + path);
      await settled(page);
      await page.evaluate(() => document.fonts.ready);
      const file = join(out, `${name}.png`);
      await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
      const { size } = await stat(file);
      if (size > LIMIT) throw new Error(`${name}.png is ${size} bytes, more than ${LIMIT}`);
      console.log(`${name}.png ${Math.round(size / 1024)} KB`);
    };
    const sag = await richest(wide, product.url);
    await shoot(wide, "/", "front");
    await shoot(wide, "/sager", "sager");
    await shoot(wide, sag, "sag");
    await shoot(phone, `${sag}?som=liste`, "sag-liste");
    await shoot(wide, `${sag}?kendt=2026-06-01`, "som-kendt");
    await shoot(wide, "/tal", "tal");
    await shoot(phone, "/tal", "tal-telefon");
    await shoot(wide, "/resultater?kommune=0159", "resultater");
    await shoot(wide, "/resultater/model?uden=alder", "resultater-model");
    await shoot(wide, "/resultater/indikatorer?gruppe=kontanthjaelp&indikator=aktiveringsgrad", "indikatorer");
    await shoot(wide, "/resultater/tilsyn", "tilsyn");
    // Enough people for teams to be told apart.
    const larger = await startProduct(3000);
    try {
      await shoot(wide, "/resultater/laering", "laering", larger.url);
    } finally {
      await larger.stop();
    }
    const fact = await correctedHours(wide, product.url, sag);
    await shoot(wide, `${sag}?oplysning=${fact}`, "sag-ret");
  } finally {
    await browser.close();
    await product.stop();
  }
}

await main();
