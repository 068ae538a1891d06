// Kommunen i tal: choosing, downloading, and saying what is missing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathOf, settled, stage, text } from "./support.mjs";

const s = stage();

// The published file itself, so that the page is checked against the source.
const lines = readFileSync(new URL("../../data/jobindsats/jobindsats-kommuner-maaned.csv", import.meta.url), "utf8").trim().split(/\r?\n/).map((l) => l.split(","));
const column = (name) => lines[0].indexOf(name);
const cell = (code, month, name) => lines.find((l) => l[0] === code && l[2] === month)[column(name)];
const danish = (value) => Number(value).toLocaleString("da-DK", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const behind = (page) => page.locator("details").filter({ has: page.locator("summary", { hasText: "Tal bag, alle 98" }) });
const rowOf = (page, place) => behind(page).locator("tbody tr").filter({ has: page.getByRole("cell", { name: place, exact: true }) });

test("the heading says the published value of the municipality and the month", async () => {
  await s.open({ path: "/tal?serie=ledighed&kommune=0730&maaned=2026M07" }, async (page) => {
    const own = cell("730", "2026M07", "unemp_pct_workforce");
    assert.ok((await text(page.locator("h1"))).startsWith(`Ledighed i Randers: ${danish(own)} pct.`), await text(page.locator("h1")));
    assert.match(await text(page.locator("p.sub")), /^Juli 2026 · nummer \d+ af 98 fra lavest/);
  });
});

test("another municipality and month are chosen from the lists, and the address follows", async () => {
  await s.open({ path: "/tal" }, async (page) => {
    await page.locator("#kommune").selectOption({ label: "Aalborg" });
    await page.waitForURL(/kommune=0851/);
    await settled(page);
    await page.locator("#maaned").selectOption("2025M01");
    await page.waitForURL(/maaned=2025M01/);
    await settled(page);
    assert.match(pathOf(page), /serie=ledighed&kommune=0851&maaned=2025M01/);
    const value = danish(cell("851", "2025M01", "unemp_pct_workforce"));
    assert.ok((await text(page.locator("h1"))).includes(`Aalborg: ${value} pct.`));
    assert.match(await page.title(), /Aalborg/);
    await page.locator(".chip", { hasText: "Kontanthjælp" }).click();
    await page.waitForURL(/serie=kontanthjaelp/);
    await settled(page);
    assert.match(await text(page.locator("h1")), /^Kontanthjælp i Aalborg/);
    await page.goBack();
    await page.waitForURL(/serie=ledighed/);
    await page.waitForFunction(() => document.querySelector("h1").textContent.startsWith("Ledighed i Aalborg"));
  });
});

test("a municipality on the map and in the dot plot leads to its own figures", async () => {
  await s.open({ path: "/tal" }, async (page) => {
    const dot = page.locator("svg.dots a, svg.chart a").filter({ has: page.locator("title", { hasText: /^Aarhus/ }) }).last();
    await dot.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/kommune=0751/);
    await settled(page);
    assert.match(await text(page.locator("h1")), /i Aarhus/);
  });
});

test("the figures are fetched as CSV and Excel", async () => {
  await s.open({ path: "/tal?serie=ledighed&kommune=0730&maaned=2026M07" }, async (page) => {
    const get = async (name) => page.request.get(s.url + (await page.getByRole("link", { name, exact: true }).first().getAttribute("href")));
    const csv = await get("CSV");
    assert.equal(csv.status(), 200);
    assert.match(csv.headers()["content-type"], /^text\/csv; charset=utf-8/);
    assert.match(csv.headers()["content-disposition"], /^attachment; filename="traedesten-kommuner-ledighed-2026M07\.csv"$/);
    const rows = (await csv.text()).replace(/^\uFEFF/, "").trim().split(/\r?\n/);
    assert.equal(rows.length, 99, "a heading and 98 municipalities");
    assert.ok(rows.some((r) => /^"?Randers/.test(r)));
    assert.ok(!rows.some((r) => /landet/i.test(r)), "the country is not among the 98");
    const book = await get("Excel");
    assert.equal(book.status(), 200);
    assert.match(book.headers()["content-type"], /spreadsheetml\.sheet/);
    assert.equal((await book.body()).subarray(0, 2).toString(), "PK");
    for (const name of ["Alle måneder som CSV", "Excel"]) {
      const link = page.getByRole("link", { name, exact: true }).last();
      const all = await page.request.get(s.url + (await link.getAttribute("href")));
      assert.equal(all.status(), 200, name);
    }
  });
});

test("a download is offered as a file when the link is clicked", async () => {
  await s.open({ path: "/tal" }, async (page) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV", exact: true }).first().click()]);
    assert.match(download.suggestedFilename(), /^traedesten-kommuner-ledighed-\d{4}M\d\d\.csv$/);
  });
});

test("what is not published is shown as missing and never as nought", async () => {
  assert.equal(cell("825", "2026M07", "longterm_total"), "", "the source withholds it");
  assert.notEqual(cell("000", "2026M07", "longterm_total"), "");
  await s.open({ path: "/tal?serie=langtidsledige&kommune=0825&maaned=2026M07" }, async (page) => {
    assert.equal(await text(page.locator("h1")), "Langtidsledige i Læsø er ikke offentliggjort for juli 2026");
    assert.match(await text(page.locator(".banner")), /Det er ikke nul\./);
    await behind(page).locator("summary").click();
    assert.equal(await rowOf(page, "Læsø").locator("td").nth(1).innerText(), "–");
    assert.match(await text(behind(page).locator("xpath=preceding-sibling::p")), /Ikke offentliggjort.*Læsø/);
    const small = page.locator(".smalls > div").filter({ has: page.getByRole("heading", { name: "Langtidsledige" }) });
    await small.locator("summary").click();
    assert.equal(await small.locator("tbody tr").last().locator("td").nth(1).innerText(), "–");
    const csv = await page.request.get(s.url + (await page.getByRole("link", { name: "CSV", exact: true }).first().getAttribute("href")));
    const row = (await csv.text()).split(/\r?\n/).find((r) => /^"?Læsø/.test(r));
    assert.match(row, /^"?Læsø"?[;,](""|–)?$/);
  });
});

test("a break in a series is a line with words in the picture, and told in a note", async () => {
  await s.open({ path: "/tal" }, async (page) => {
    for (const [name, breaks] of [["Kontanthjælp", true], ["Aktiveringsgrad", true], ["Ledighed", false]]) {
      const small = page.locator(".smalls > div").filter({ has: page.getByRole("heading", { name, exact: true }) });
      assert.equal(await small.locator("svg text", { hasText: "ny lov" }).count(), breaks ? 1 : 0, name);
    }
    assert.match(await text(page.locator(".smalls + p.source")), /^Stiplet linje: .+/);
  });
});

test("every picture has a name and a table behind it", async () => {
  await s.open({ path: "/tal" }, async (page) => {
    const charts = page.locator("main svg.chart");
    assert.equal(await charts.count(), 8, "map, dot plot and six lines");
    for (const chart of await charts.all()) {
      assert.ok((await chart.getAttribute("aria-label"))?.length > 3);
      assert.ok((await chart.locator("> title").textContent()).length > 3);
    }
    await behind(page).locator("summary").click();
    assert.equal(await behind(page).locator("tbody tr").count(), 98);
    assert.equal(await rowOf(page, "Hele landet").count(), 0);
    const smalls = page.locator(".smalls > div");
    assert.equal(await smalls.count(), 6);
    for (const small of await smalls.all()) {
      await small.locator("summary").click();
      assert.ok(await small.locator("tbody tr").count() >= 24, "every month");
      assert.ok(await small.locator("th[scope=col]").count() >= 2);
    }
  });
});

test("the figures behind open from the link under the heading", async () => {
  await s.open({ path: "/tal" }, async (page) => {
    await page.getByRole("link", { name: "Tal bag", exact: true }).click();
    assert.equal(await behind(page).getAttribute("open"), "", "the table is open where the link leads");
  });
});
