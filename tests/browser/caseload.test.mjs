// Sager: order, filters, pages and keys.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { follow, number, pathOf, settled, stage, text } from "./support.mjs";

const s = stage();
const MONTHS = ["jan.", "feb.", "mar.", "apr.", "maj", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec."];
const column = async (page, n) => (await page.locator(`tr[data-row] td:nth-child(${n})`).allInnerTexts()).map((t) => t.trim());
const shown = async (page) => text(page.locator("table.cases caption"));
const inOrder = (values, down) => values.every((v, i) => i === 0 || (down ? values[i - 1] >= v : values[i - 1] <= v));

// Days until the dates shown; a date earlier in the year than today lies in the next year.
const day = (shownAs) => {
  if (!shownAs) return Number.POSITIVE_INFINITY;
  const [d, m] = shownAs.split(" ");
  const month = MONTHS.indexOf(m);
  return (month < 10 ? month + 12 : month) * 40 + Number.parseInt(d, 10);
};
const since = (shownAs) => (shownAs === "" ? null : shownAs.startsWith("i dag") ? 0 : Number.parseInt(shownAs, 10));
const weeks = (shownAs) => (shownAs === "–" ? 0 : Number(shownAs));
const hours = (shownAs) => (shownAs === "" ? 0 : number(shownAs));
const danish = new Intl.Collator("da");

// Heading, its column, what a cell counts for, and whether a rising order makes the count rise.
const orders = [
  ["Uge", 3, weeks, true],
  ["Dato", 5, day, true],
  ["Sidste samtale", 7, since, false],
  ["Timer", 9, hours, true],
];

describe("each heading that sorts does so both ways", () => {
  for (const [heading, n, value, rising] of orders) {
    test(heading, async () => {
      await s.open({ path: "/sager?sorter=navn" }, async (page) => {
        const ways = new Set();
        for (let click = 0; click < 2; click += 1) {
          await follow(page, page.locator("th a", { hasText: new RegExp(`^${heading}( [▲▼])?$`) }));
          const way = await page.locator("th[aria-sort]").getAttribute("aria-sort");
          ways.add(way);
          const cells = (await column(page, n)).map(value).filter((v) => v !== null);
          assert.ok(cells.length > 5, "there is something to compare");
          assert.ok(inOrder(cells, (way === "descending") === rising), `${heading} ${way}: ${cells}`);
          assert.match(await text(page.locator("p.sub")), way === "descending" ? /, faldende/ : /sorteret efter/);
        }
        assert.deepEqual([...ways].sort(), ["ascending", "descending"]);
      });
    });
  }

  for (const [heading, n] of [["Navn", 1], ["Rådgiver", 11]]) {
    test(heading, async () => {
      await s.open({ path: "/sager?sorter=uger" }, async (page) => {
        for (const down of [false, true]) {
          await follow(page, page.locator("th a", { hasText: new RegExp(`^${heading}( [▲▼])?$`) }));
          const names = (await column(page, n)).map((name) => (n === 1 ? name : name[0]));
          assert.ok(names.every((v, i) => i === 0 || danish.compare(names[i - 1], v) * (down ? -1 : 1) <= 0), `${names}`);
        }
      });
    });
  }
});

test("a band of a facet holds as many as it says", async () => {
  await s.open({ path: "/sager" }, async (page) => {
    const links = page.locator(".facets > ul > li > a");
    const wanted = (await links.evaluateAll((all) => all.map((a) => [a.getAttribute("href"), a.querySelector("span").textContent])))
      .filter(([, count]) => count !== "0");
    assert.ok(wanted.length > 10);
    for (const [href, count] of wanted.filter((_, i) => i % 3 === 0)) {
      await page.goto(s.url + href);
      const n = number(count);
      assert.equal(await shown(page), `Viser 1–${Math.min(n, 50)} af ${count}`, href);
    }
  });
});

test("several filters narrow together, and clearing takes them all away", async () => {
  await s.open({ path: "/sager" }, async (page) => {
    await follow(page, page.locator(".facets a", { hasText: "Aktivitetsparat" }).first());
    const one = number((await shown(page)).split(" af ")[1]);
    const second = page.locator(".facets ul:nth-of-type(3) a:not(.zero):not([aria-current])").first();
    const says = number(await second.locator("span").innerText());
    await follow(page, second);
    const two = number((await shown(page)).split(" af ")[1]);
    assert.equal(two, says);
    assert.ok(two <= one && two > 0);
    assert.equal(await page.locator(".facets a[aria-current]").count(), 2);
    assert.match(pathOf(page), /^\/sager\?[^&]+=[^&]+&[^&]+=[^&]+$/);
    assert.match(await text(page.locator("h1")), /målgruppe: aktivitetsparat/);
    await follow(page, page.getByRole("link", { name: "Ryd filtre" }).first());
    assert.equal(pathOf(page), "/sager");
    assert.match(await shown(page), / af 410$/);
  });
});

test("a status chip holds as many as it says, and a second click lets go", async () => {
  await s.open({ path: "/sager" }, async (page) => {
    const count = await page.locator(".chip").count();
    assert.ok(count >= 5);
    for (let i = 0; i < count; i += 1) {
      const chip = page.locator(".chip").nth(i);
      const says = await chip.locator("b").innerText();
      assert.ok(await chip.getAttribute("title"), "its rule is stated");
      if (says === "0") continue;
      await follow(page, chip);
      assert.match(await shown(page), new RegExp(` af ${says.replace(".", "\\.")}$`));
      await follow(page, page.locator(".chip[aria-current]"));
      assert.equal(pathOf(page), "/sager");
    }
  });
});

test("pages follow each other, the address says which, and the back button restores", async () => {
  await s.open({ path: "/sager" }, async (page) => {
    const first = await column(page, 1);
    await follow(page, page.getByRole("link", { name: "Næste", exact: false }).and(page.locator("[rel=next]")));
    assert.equal(pathOf(page), "/sager?side=2");
    assert.match(await shown(page), /^Viser 51–100 af/);
    const second = await column(page, 1);
    assert.equal(second.filter((name) => first.includes(name)).length < second.length, true);
    await follow(page, page.locator("[rel=prev]"));
    assert.equal(pathOf(page), "/sager");
    assert.deepEqual(await column(page, 1), first);
    await page.goBack();
    await page.waitForURL(/side=2/);
    await settled(page);
    await page.waitForFunction(() => document.querySelector("caption")?.textContent.startsWith("Viser 51"));
    assert.deepEqual(await column(page, 1), second);
    await follow(page, page.getByRole("link", { name: "Sidste", exact: true }));
    assert.match(await shown(page), / af 410$/);
    assert.equal(await page.locator("[rel=next]").count(), 0);
  });
});

test("a reload shows the same view", async () => {
  await s.open({ path: "/sager" }, async (page) => {
    await follow(page, page.locator("th a", { hasText: "Navn" }));
    await follow(page, page.locator(".chip").first());
    const [where, names] = [pathOf(page), await column(page, 1)];
    await page.reload();
    assert.equal(pathOf(page), where);
    assert.deepEqual(await column(page, 1), names);
  });
});

test("the list is walked with j and k, opened with Enter, and found again from the case", async () => {
  await s.open({ path: "/sager" }, async (page) => {
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    const second = page.locator("tr[data-row]").nth(1);
    assert.match(await second.getAttribute("class"), /picked/);
    const name = await second.locator("a.name").innerText();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sager\/[0-9a-f]+\?liste=&nr=2/);
    await settled(page);
    assert.ok((await text(page.locator("h1"))).startsWith(name));
    await page.keyboard.press("f");
    await page.waitForURL(/nr=3/);
    await settled(page);
    await page.keyboard.press("p");
    await page.waitForURL(/nr=2/);
    await settled(page);
    assert.ok((await text(page.locator("h1"))).startsWith(name));
    await follow(page, page.getByRole("link", { name: "Til listen" }));
    assert.equal(pathOf(page), "/sager");
  });
});

test("keys lead to search, help and the other pages", async () => {
  await s.open({ path: "/" }, async (page) => {
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "search");
    await page.keyboard.type("g s");
    assert.equal(pathOf(page), "/", "letters typed in a field are no commands");
    await page.locator("#search").fill("");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    assert.equal(await page.locator("dialog#keys").getAttribute("open"), "");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("dialog#keys").getAttribute("open"), null);
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL(/\/sager$/);
    await settled(page);
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForURL(/\/tal$/);
    await settled(page);
    assert.match(await page.title(), /Randers/, "the title follows the page that was swapped in");
  });
});
