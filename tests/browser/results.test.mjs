// Resultater: the published benchmark shown as published, our own beside it, and what is missing said plainly.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { axe, pathOf, settled, stage, text } from "./support.mjs";

const s = stage();

// The published file itself.
const lines = readFileSync(new URL("../../data/rammevilkaar/y30r21-2023-08-15.csv", import.meta.url), "utf8").trim().split(/\r?\n/).map((l) => l.split(","));
const column = (name) => lines[0].indexOf(name);
const published = (code, group, period) => lines.find((l) => l[column("kommunekode")] === code && l[column("gruppe")] === group && l[column("periode")] === period);
const danish = (value, digits) => Number(value).toLocaleString("da-DK", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "\u2212");
const spine = (page, name) => page.locator("table.spine tbody tr").filter({ has: page.getByRole("link", { name, exact: true }) });

test("each benefit shows the published shares, and the gap with our sign", async () => {
  await s.open({ path: "/resultater?kommune=0730&periode=2022QMAT04" }, async (page) => {
    for (const [group, name] of [["ialt", "Alle ydelser"], ["adagpenge", "A-dagpenge mv."], ["sygedagpenge", "Sygedagpenge mv."], ["kontanthjaelp", "Kontanthjælp mv."]]) {
      const row = published("0730", group, "2022QMAT04");
      const cells = (await spine(page, name).locator("th, td").allTextContents()).map((c) => c.trim());
      assert.equal(cells[1], danish(row[column("faktisk_andel")], 2), name);
      assert.equal(cells[2], danish(row[column("forventet_andel")], 2), name);
      const gap = -Number(row[column("forskel_andel")]);
      assert.equal(cells[3], (gap > 0 ? "+" : "") + danish(gap, 2), name);
    }
    assert.match(await text(page.locator("h1")), /Randers/);
  });
});

test("municipality, benefit, period and whose expectation are chosen, and the address follows", async () => {
  await s.open({ path: "/resultater" }, async (page) => {
    await page.locator("#kommune").selectOption({ label: "Gladsaxe" });
    await page.waitForURL(/kommune=0159/);
    await settled(page);
    assert.match(await text(page.locator("h1")), /^Gladsaxe ligger 0,9 procentpoint bedre end forventet på alle ydelser i 2022$/);
    await page.getByRole("link", { name: "Vores egen" }).click();
    await page.waitForURL(/kilde=egen/);
    await settled(page);
    assert.equal(await page.getByRole("link", { name: "Vores egen" }).getAttribute("aria-current"), "true");
    await page.locator("#ydelse").selectOption({ label: "Kontanthjælp mv." });
    await page.waitForURL(/ydelse=kontanthjaelp/);
    await settled(page);
    await page.locator("#periode").selectOption("2026M07");
    await page.waitForURL(/periode=2026M07/);
    await settled(page);
    assert.match(await text(page.locator("main")), /Vilkårene er fra omkring 2020, altså 6 år gamle/);
    assert.match(pathOf(page), /kommune=0159&ydelse=kontanthjaelp&periode=2026M07/);
  });
});

test("a period without figures says why, and leads to those there are", async () => {
  await s.open({ path: "/resultater?kommune=0730&ydelse=sygedagpenge&periode=2026M07" }, async (page) => {
    assert.match(await text(page.locator(".banner")), /hverken tal for alle ydelser eller for sygedagpenge/);
    assert.equal(await page.locator("svg.gaps").count(), 0, "no empty picture");
    await page.locator(".banner a", { hasText: "Kontanthjælp" }).click();
    await page.waitForURL(/ydelse=kontanthjaelp/);
    await settled(page);
    assert.equal(await page.locator("svg.gaps").count(), 1);
  });
});

test("a price gives kroner, and one that cannot be read is refused in words", async () => {
  await s.open({ path: "/resultater?kommune=0159&pris=150.000" }, async (page) => {
    const cells = await spine(page, "Alle ydelser").locator("td").allTextContents();
    assert.equal(cells[6].trim(), "+61,5", "410 persons at 150,000 kroner");
  });
  await s.open({ path: "/resultater?pris=mange", expect: [400] }, async (page) => {
    assert.match(await text(page.locator("main")), /er ingen pris; skriv kroner om året/);
  });
});

test("the 98 are fetched as a file with the published rank", async () => {
  await s.open({ path: "/resultater?periode=2021QMAT04&ydelse=sygedagpenge" }, async (page) => {
    const csv = await (await page.request.get(`${s.url}/resultater/kommuner.csv?periode=2021QMAT04&ydelse=sygedagpenge`)).text();
    const rows = csv.trim().split(/\r?\n/).map((l) => l.split(/[;,]/));
    assert.equal(rows.length, 99);
    const aalborg = csv.split(/\r?\n/).find((l) => l.includes("Aalborg"));
    assert.ok(aalborg.trim().endsWith(String(Number(published("0851", "sygedagpenge", "2021QMAT04")[column("rang")]))), aalborg);
    const book = await page.request.get(`${s.url}/resultater/kommuner.xlsx?periode=2021QMAT04`);
    assert.equal((await book.body()).subarray(0, 2).toString(), "PK");
  });
});

test("a theme is turned off and on again, and every municipality moves", async () => {
  await s.open({ path: "/resultater/model?kommune=0730" }, async (page) => {
    const before = Number((await text(page.locator("h1"))).match(/(\d+) vilkår/)[1]);
    assert.equal(await page.getByRole("heading", { name: /Hvad gør dit valg/ }).count(), 0);
    await page.locator(".chip", { hasText: "Alder" }).click();
    await page.waitForURL(/uden=alder/);
    await settled(page);
    assert.equal(Number((await text(page.locator("h1"))).match(/(\d+) vilkår/)[1]), before - 9);
    assert.equal(await page.getByRole("heading", { name: /Hvad gør dit valg/ }).count(), 1);
    await page.getByRole("link", { name: "Tilbage til det sædvanlige valg" }).click();
    await page.waitForURL((url) => !url.search.includes("uden"));
    await settled(page);
    assert.equal(Number((await text(page.locator("h1"))).match(/(\d+) vilkår/)[1]), before);
  });
});

test("an indicator is chosen, told what it counts, and held back where few", async () => {
  await s.open({ path: "/resultater/indikatorer" }, async (page) => {
    await page.locator("#gruppe").selectOption("kontanthjaelp");
    await page.waitForURL(/gruppe=kontanthjaelp/);
    await settled(page);
    await page.getByRole("link", { name: "Uden samtale i 91 dage" }).click();
    await page.waitForURL(/indikator=uden-samtale/);
    await settled(page);
    assert.match(await text(page.locator("h1")), /^Uden samtale i 91 dage, Kontanthjælp: /);
    const main = await text(page.locator("main"));
    assert.match(main, /heraf uden en holdt samtale i de seneste 91 dage/);
    const numbers = (await page.locator("td.soft", { hasText: / af / }).allTextContents()).map((t) => t.trim().split(" af ").map(Number));
    for (const [over, under] of numbers) {
      assert.ok(over === 0 || over >= 5, `${over} of ${under}`);
      assert.ok(under - over === 0 || under - over >= 5, `${over} of ${under}`);
    }
  });
});

test("supervision shows each share with its rule and its doubt", async () => {
  await s.open({ path: "/resultater/tilsyn" }, async (page) => {
    const rows = page.locator("table.list tbody tr");
    assert.ok(await rows.count() >= 3);
    assert.match(await text(rows.first()), /ikke bekræftet/);
    await rows.first().getByRole("link").click();
    await page.waitForURL(/\/love\//);
  });
});

test("the learning map never tells of a few members of staff, and says why", async () => {
  await s.open({ path: "/resultater/laering" }, async (page) => {
    assert.match(await text(page.locator("h1")), /^Intet sted i huset går det sikkert bedre end forventet$/);
    await page.locator("table.heat a").first().click();
    await page.waitForURL(/team=.*gruppe=/);
    await settled(page);
    assert.match(await text(page.locator("#felt")), /Her er under 3 medarbejdere|Ingen andre i huset|Her er under 20 personer/);
    assert.equal(await page.locator(".heat-better, .heat-poorer").count(), 0);
  });
});

test("a practice is described, found by method, changed, taken back and brought back", async () => {
  await s.open({ path: "/resultater/laering" }, async (page) => {
    await page.getByRole("link", { name: "Beskriv en praksis" }).click();
    await page.waitForURL(/skriv=ny/);
    await settled(page);
    const form = page.locator("#skriv");
    await form.getByLabel("Hvem kan man spørge?").fill("Borger 070761-4285");
    await form.getByRole("button", { name: "Gem" }).click();
    await form.locator("[role=alert]").waitFor();
    for (const wrong of ["Vælg en målgruppe", "Vælg en metode", "Skriv en overskrift", "Her står et CPR-nummer"]) {
      assert.match(await text(form), new RegExp(wrong));
    }
    assert.equal(await form.getByLabel("Hvem kan man spørge?").inputValue(), "Borger 070761-4285", "nothing typed is lost");
    assert.equal((await page.request.get(`${s.url}/resultater/laering/praksis`)).status(), 200, "a reload leads back to the map");
    await form.locator("#gruppe_om").selectOption("6.3");
    await form.locator("#metode_om").selectOption("ordinaere-timer");
    await form.getByLabel("Overskrift").fill("Timer fra første uge");
    await form.getByLabel("Team").fill("Team Udvikling");
    await form.getByLabel("Hvem kan man spørge?").fill("Mette Krag, lokal 12");
    await form.getByLabel("Hvad gør vi?").fill("Vi ringer til en arbejdsgiver\nmens borgeren sidder der.");
    await form.getByLabel("Hvad slog fejl?").fill("Lange forløb uden en arbejdsgiver.");
    await form.getByRole("button", { name: "Gem" }).click();
    await page.waitForURL(/gemt=\d+-ny/);
    await settled(page);
    const notes = page.locator("#praksis .note-own");
    assert.match(await text(notes), /Timer fra første uge .*Aktivitetsparat · Ordinære timer .*Hvad der slog fejl/);
    await page.locator("#metode").selectOption("mentor");
    await page.waitForURL(/metode=mentor/);
    await settled(page);
    assert.equal(await notes.count(), 0);
    await page.locator("#metode").selectOption("ordinaere-timer");
    await page.waitForURL(/metode=ordinaere-timer/);
    await settled(page);
    await notes.getByRole("link", { name: "Ret" }).click();
    await page.waitForURL(/skriv=\d+/);
    await settled(page);
    await form.getByLabel("Overskrift").fill("Timer fra dag ét");
    await form.getByRole("button", { name: "Gem rettelsen" }).click();
    await page.waitForURL(/gemt=\d+-rettet/);
    await settled(page);
    assert.equal(await notes.locator("h3").textContent(), "Timer fra dag ét");
    await notes.getByRole("button", { name: "Tag tilbage" }).click();
    await page.waitForURL(/gemt=\d+-taget/);
    await settled(page);
    assert.equal(await notes.count(), 0);
    await page.locator(".toast-own button").click();
    await page.waitForURL(/gemt=\d+-fortrudt/);
    await settled(page);
    assert.equal(await notes.locator("h3").textContent(), "Timer fra dag ét", "brought back as it was");
  });
});

test("the report for the committee comes as a PDF to keep", async () => {
  await s.open({ path: "/resultater?kommune=0159" }, async (page) => {
    const [file] = await Promise.all([
      // Built for tests, the program takes its time on a busy machine.
      page.waitForEvent("download", { timeout: 60_000 }),
      page.getByRole("link", { name: "PDF", exact: true }).click({ timeout: 60_000 }),
    ]);
    assert.equal(file.suggestedFilename(), "resultater-0159.pdf");
    const pdf = readFileSync(await file.path());
    assert.equal(pdf.subarray(0, 8).toString(), "%PDF-1.7");
    assert.match(pdf.toString("latin1"), /<pdfuaid:part>1<\/pdfuaid:part>/);
  });
});

test("the report for the committee reads without the portal around it, and is accessible", async () => {
  await s.open({ path: "/resultater?kommune=0159" }, async (page) => {
    await page.getByRole("link", { name: "Rapport til udvalget" }).click();
    await page.waitForURL(/resultater\/rapport\?kommune=0159/);
    assert.match(await text(page.locator("h1")), /^Gladsaxe: resultater mod det forventede$/);
    assert.match(await text(page.locator(".lead").first()), /^Gladsaxe ligger 0,9 procentpoint bedre end forventet på alle ydelser i 2022\.$/);
    assert.equal(await page.locator("section").count(), 10);
    assert.deepEqual(await axe(page), [], "axe finds nothing");
  });
});
