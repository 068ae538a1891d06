// Every kind in the Tilføj menu: its form, its labels, and that it can be saved, opened and corrected.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, firstCase, follow, stage, text } from "./support.mjs";

let sag = "";
let kinds = [];
const s = stage(() => s.open({}, async (page) => {
  sag = await firstCase(page, s.url, "/sager?sorter=-navn");
  await page.goto(s.url + sag);
  kinds = await page.locator("details.menu li a").evaluateAll((all) => all.map((a) => [a.textContent, new URL(a.href).searchParams.get("tilfoej")]));
}));

const FILL = { tekst: "Prøve med æ, ø og å", hvem: "borgeren", navn: "Prøve Prøvesen", virksomhed: "Prøvebutikken", fagomraade: "Sundhed", timer: "8", svar: "3" };

// The controls of the open form and what labels them.
const controls = (page) => page.locator("form.form-own").evaluate((form) => [...form.elements]
  .filter((e) => !["hidden", "submit"].includes(e.type))
  .map((e) => ({ name: e.name, type: e.type, labels: [...e.labels].map((l) => l.textContent.trim()), unique: !e.id || document.querySelectorAll(`#${e.id}`).length === 1 })));

test("the menu offers every kind of fact", () => {
  assert.deepEqual(kinds.map(([, kind]) => kind), ["talk", "offer", "ordinary_hours", "employment", "education", "goal", "step",
    "progression", "company_contact", "other_field", "absence", "benefit", "assignment", "note"]);
});

for (const lang of ["da", "en"]) {
  test(`every form ties its labels to its controls, in ${lang === "da" ? "Danish" : "English"}`, async () => {
    await s.open({ lang }, async (page) => {
      for (const [, kind] of kinds) {
        await page.goto(`${s.url}${sag}?tilfoej=${kind}`);
        const found = await controls(page);
        assert.ok(found.length >= 3, kind);
        for (const c of found) {
          assert.ok(c.labels.length === 1 && c.labels[0].length > 2 && c.unique, `${kind} ${c.name}: ${c.labels}`);
        }
        assert.match(await text(page.locator(".panel h2")), lang === "da" ? /^Tilføj: / : /^Add: /);
      }
    });
  });
}

test("every form is accessible to the last control", async () => {
  await s.open({}, async (page) => {
    for (const [, kind] of kinds) {
      await page.goto(`${s.url}${sag}?tilfoej=${kind}`);
      assert.deepEqual(await axe(page, ".panel"), [], kind);
    }
  });
});

test("every kind is saved from its form and opens for correction with what was typed", async () => {
  await s.open({}, async (page) => {
    for (const [name, kind] of kinds) {
      await page.goto(`${s.url}${sag}?tilfoej=${kind}`);
      const form = page.locator("form.form-own");
      for (const c of await controls(page)) {
        if (FILL[c.name] && ["text", "textarea"].includes(c.type)) await form.locator(`[name=${c.name}]`).fill(FILL[c.name]);
      }
      const typed = await form.evaluate((f) => Object.fromEntries([...new FormData(f)].filter(([, v]) => v !== "")));
      await follow(page, form.locator("button[type=submit]"));
      assert.match(await text(page.locator(".toast-own")), /^Gemt\./, `${name} is saved`);
      const fact = new URL(page.url()).searchParams.get("gemt").split("-")[0];
      await page.goto(`${s.url}${sag}?oplysning=${fact}`);
      assert.match(await text(page.locator(".panel h2")), /./);
      await page.goto(`${s.url}${sag}?ret=${fact}`);
      const kept = await form.evaluate((f) => Object.fromEntries([...new FormData(f)].filter(([k, v]) => v !== "" && k !== "replaces")));
      assert.deepEqual(kept, typed, name);
    }
  });
});

test("the menu closes when one clicks beside it, and opens with the keyboard", async () => {
  await s.open({ path: sag || "/sager" }, async (page) => {
    await page.goto(s.url + sag);
    const menu = page.locator("details.menu");
    await menu.locator("summary").focus();
    await page.keyboard.press("Enter");
    assert.equal(await menu.getAttribute("open"), "");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), kinds[0][0]);
    await page.locator("h1").click();
    assert.equal(await menu.getAttribute("open"), null);
  });
});

test("Esc closes the menu", async () => {
  await s.open({}, async (page) => {
    await page.goto(s.url + sag);
    await page.locator("details.menu summary").click();
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("details.menu").getAttribute("open"), null);
  });
});
