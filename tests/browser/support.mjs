// What every test shares: the product, a browser, and pages that fail on any console error.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = fileURLToPath(new URL(".", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const TODAY = "2026-11-24";
export const WIDE = { width: 1440, height: 950 };
export const PHONE = { width: 390, height: 844 };

// Start the product on a made-up municipality; `stop` checks that it ends when it is asked to.
export async function startProduct(citizens = 400) {
  const bin = process.env.TRAEDESTEN_BIN ?? join(here, "../../target/debug/traedesten");
  const dir = await mkdtemp(join(tmpdir(), "traedesten-browser-"));
  const args = ["demo", "--dir", join(dir, "demo"), "--citizens", String(citizens), "--today", TODAY, "--listen", "127.0.0.1:0", "--lang", "da"];
  const child = spawn(bin, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (part) => { said += part; });
  const ended = once(child, "exit");
  const url = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (part) => {
      text += part;
      const found = text.match(/^(http:\/\/127\.0\.0\.1:\d+)\/$/m);
      if (found) resolve(found[1]);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the product ended with ${code} before it was ready: ${said}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), 10_000);
    const [code, signal] = await ended;
    clearTimeout(kill);
    await rm(dir, { recursive: true, force: true });
    assert.equal(code, 0, `the product stops when asked to (code ${code}, signal ${signal}): ${said}`);
  };
  return { url, stop };
}

// Danish controls need the browser's Danish texts (Debian: chromium-l10n); without them days stand the American way.
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=da-DK"],
  env: { ...process.env, LANGUAGE: "da", LANG: "da_DK.UTF-8" },
});

// The product and a browser for one file of tests. `open` gives a page and remembers what it complains about.
// `prepare` runs once before the tests.
export function stage(prepare) {
  const s = { url: "", browser: undefined };
  const contexts = new Map();
  let product;
  before(async () => {
    [product, s.browser] = await Promise.all([startProduct(), launch()]);
    s.url = product.url;
    await prepare?.(s);
  });
  after(async () => {
    await s.browser?.close();
    await product?.stop();
  });
  // One context per kind of screen, so that scripts, styles and fonts are fetched once.
  const contextFor = async (size, js, own) => {
    const key = JSON.stringify([size, js, own]);
    if (!contexts.has(key)) {
      const context = await s.browser.newContext({
        viewport: size, locale: "da-DK", timezoneId: "Europe/Copenhagen", deviceScaleFactor: 1, javaScriptEnabled: js,
      });
      context.setDefaultTimeout(8_000);
      contexts.set(key, context);
    }
    return contexts.get(key);
  };
  // Run `use` with a fresh page. `expect` lists HTTP failures that belong to the test, such as 404; `own` names a
  // context that no other test shares.
  s.open = async ({ size = WIDE, lang = "da", js = true, own = "", expect = [], path }, use) => {
    const context = await contextFor(size, js, own);
    await context.clearCookies();
    await context.addCookies([{ name: "lang", value: lang, url: s.url }]);
    const page = await context.newPage();
    const complaints = watch(page, expect);
    try {
      if (path) await page.goto(s.url + path);
      await use(page, complaints);
      assert.deepEqual(complaints, [], `no complaint on ${page.url()}`);
    } finally {
      await page.close();
    }
  };
  return s;
}

// Console errors, script errors and failed requests, as they come.
export function watch(page, expect = []) {
  const complaints = [];
  page.on("console", (message) => {
    const text = message.text();
    const foreseen = expect.some((status) => text.includes(`status of ${status}`));
    if (message.type() === "error" && !foreseen) complaints.push(text);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("response", (response) => {
    if (response.status() >= 400 && !expect.includes(response.status())) complaints.push(`${response.status()} ${response.url()}`);
  });
  return complaints;
}

// Everything axe finds with its default rules, one line per element.
export async function axe(page, part) {
  await page.evaluate(AXE);
  const found = await page.evaluate((at) => globalThis.axe.run(at ?? document, { resultTypes: ["violations"] }), part);
  return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} — ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? v.help}`));
}

// What every page must be, whatever it shows.
export async function sound(page, lang) {
  const is = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    h1: document.querySelectorAll("h1").length,
    title: document.title,
    wide: document.documentElement.scrollWidth - window.innerWidth,
    mains: document.querySelectorAll("main").length,
    over: [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1
      && !e.closest(".scroll, .picture-only, .hide-visually, svg, .nav, details:not([open]), thead")).slice(0, 5).map((e) => `${e.tagName}.${e.className}`),
  }));
  assert.equal(is.lang, lang);
  assert.equal(is.h1, 1, "one h1");
  assert.equal(is.mains, 1, "one main");
  assert.match(is.title, /.+ – Trædesten$/);
  assert.ok(is.wide <= 0, `the page is ${is.wide} px too wide: ${is.over}`);
}

// The page has settled after something was clicked that swaps it.
export async function settled(page) {
  await page.waitForFunction(() => document.readyState === "complete"
    && !document.querySelector(".htmx-request, .htmx-settling, .htmx-swapping, .htmx-added"));
}

// Click, and wait for the answer and the swap. Returns the response of a page of ours.
export async function follow(page, locator, how = (l) => l.click()) {
  const [response] = await Promise.all([
    page.waitForResponse((r) => !r.url().includes("/assets/") && ![302, 303].includes(r.status())),
    how(locator),
  ]);
  await response.finished();
  await settled(page);
  return response;
}

export const text = async (locator) => (await locator.innerText()).replace(/\s+/g, " ").trim();
export const pathOf = (page) => { const u = new URL(page.url()); return u.pathname + u.search; };

// The address of the first case of a list, without the list it came from.
export async function firstCase(page, url, list = "/sager") {
  await page.goto(url + list);
  const href = await page.locator("tr[data-row] a.name").first().getAttribute("href");
  return href.split("?")[0];
}

// A Danish number as JavaScript reads it.
export const number = (shown) => Number(shown.replace(/[^\d,−-]/g, "").replace(",", ".").replace("−", "-"));
