// The report in a real Chromium, opened from disk: true to run.json, offline, readable, and inert whatever the words
// are.

import type { Page } from "@playwright/test";
import { formatSpan } from "../../src/measure/marks/spans.ts";
import { hostile } from "../builders/sample-run.ts";
import { pageTemplate } from "../../src/report/templates/page.ts";
import { visible } from "../../src/report/text.ts";
import { chromiumMissing } from "./chromium.ts";
import { expect, test } from "./sample-page.ts";

test.skip(chromiumMissing, "no Chromium on this machine");

// What the functions below see when they run in the page; declared here, so that the rest of the project stays without
// DOM.
interface InPage {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly innerText?: string;
  readonly parentElement: InPage | null;
  readonly scrollWidth: number;
  open: boolean;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): { left: number; right: number; top: number; bottom: number };
  querySelectorAll(selector: string): Iterable<InPage>;
}
declare const document: { documentElement: InPage; body: InPage; querySelectorAll(selector: string): Iterable<InPage> };
declare const innerWidth: number;
declare function getComputedStyle(node: InPage): {
  color: string;
  fill: string;
  backgroundColor: string;
  fontSize: string;
};

interface Shown {
  readonly path: string;
  readonly value: unknown;
  readonly text: string;
}

/** Every figure of the page with the place in run.json that it names; unfolds the page first. */
async function figuresOn(page: Page): Promise<readonly Shown[]> {
  await unfold(page);
  return page.locator("[data-run]").evaluateAll((nodes) =>
    nodes.map((node) => ({
      path: node.getAttribute("data-run") ?? "",
      value: JSON.parse(node.getAttribute("data-value") ?? "null") as unknown,
      text: (node as InPage).innerText ?? "",
    })),
  );
}

async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
}

function at(root: unknown, path: string): unknown {
  return (
    path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root) ?? null
  );
}

test("every figure shown is the one of run.json, written with the digits its interval allows", async ({
  page,
  opened,
}) => {
  const figures = await figuresOn(page);
  expect(figures.length).toBeGreaterThan(100);
  for (const { path, value, text } of figures) {
    expect(value, path).toEqual(at(opened.json, path));
    expect(text.trim(), path).not.toBe("");
    if (!/facts\.(mttd|mttr|ttm|resolve|detectionAfterImpact)$/.test(path)) continue;
    expect(text, path).toBe(value === null ? "–" : formatSpan(value as Parameters<typeof formatSpan>[0]));
  }
});

test("the suite table names every intent with its verdict, pathway and attribution, and leads to it", async ({
  page,
  opened,
}) => {
  for (const [index, intent] of opened.json.intents.entries()) {
    const row = page.locator(".suite tbody tr").nth(index);
    await expect(row.getByRole("rowheader")).toHaveText(intent.intent);
    await expect(row).toContainText(intent.outcome);
    await expect(row).toContainText(intent.pathway ?? "–");
    await expect(row).toContainText(intent.attribution?.verdict ?? "–");
    await row.getByRole("link").click();
    await expect(page.locator(`#intent-${index}`)).toBeInViewport();
  }
});

test("the waterfall is drawn as long as its points, with its losses in words, on a wide screen and on a phone", async ({
  page,
  opened,
}) => {
  const { scorecard } = opened.json;
  const scored = scorecard?.pathways.filter(({ score }) => score !== undefined) ?? [];
  expect(scored.length).toBeGreaterThan(0);
  for (const width of [1100, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await expect(page.locator(".tiles > li")).toHaveCount(3);
    for (const [index, { pathway, terms, score }] of scored.entries()) {
      const table = page.getByRole("table", { name: `down to the score of ${pathway}` });
      await expect(table).toHaveCount(1);
      const rows = page.locator(".waterfall").nth(index).locator("tbody tr");
      for (const [at, { losses }] of terms.entries()) {
        for (const { to, by } of losses) {
          await expect(rows.nth(at)).toContainText(to);
          await expect(rows.nth(at)).toContainText(by[0] ?? "");
        }
      }
      const lengthOf = async (part: string) => (await rows.last().locator(`svg .${part}`).boundingBox())?.width ?? 0;
      const [left, rail] = [await lengthOf("left"), await lengthOf("rail")];
      expect(rail).toBeGreaterThan(200);
      expect(left / rail, `at ${width} px`).toBeCloseTo((score?.points ?? 0) / 100, 1);
    }
  }
});

test("words that try to act are shown as words", async ({ page, opened }) => {
  await unfold(page);
  expect(opened.json.intents[1]?.belief).toBe(JSON.parse(JSON.stringify(hostile)));
  const belief = page
    .locator("section")
    .filter({ has: page.locator("#intent-1") })
    .locator("blockquote");
  await expect(belief).toContainText(visible(hostile).trim());
  expect(await page.locator("script, img, iframe, object, embed, link, form").count()).toBe(0);
  await expect(page.locator("svg[onload], [onerror], [onclick]")).toHaveCount(0);
});

test("a script that got into the page all the same would be stopped by the page's own policy", async ({
  page,
  opened,
}) => {
  expect(opened.complaints).toEqual([]);
  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/.exec(pageTemplate)?.[0] ?? "";
  const other = await page.context().newPage();
  const ran: string[] = [];
  const said: string[] = [];
  other.on("console", (message) => said.push(message.text()));
  other.on("dialog", (dialog) => {
    ran.push(dialog.message());
    void dialog.dismiss();
  });
  const attack = (head: string, name: string) =>
    `<html><head>${head}</head><body><script>alert("${name}")</script></body></html>`;
  await other.setContent(attack("", "without"));
  await expect.poll(() => ran).toEqual(["without"]);
  await other.goto("about:blank");
  await other.setContent(attack(policy, "with"));
  await expect.poll(() => said.join(" ")).toContain("Content Security Policy");
  expect(ran).toEqual(["without"]);
  await other.close();
});

test("a partial run says so before anything else", async ({ page, opened }) => {
  const note = page.getByRole("note");
  await expect(note).toContainText("This run was interrupted.");
  const done = opened.json.intents.reduce((sum, intent) => sum + intent.trials.length, 0);
  await expect(note).toContainText(
    `${opened.json.planned - done} of ${opened.json.planned} planned trials were not done.`,
  );
  const [noteBox, tableBox] = [await note.boundingBox(), await page.locator(".suite").boundingBox()];
  expect(noteBox?.y).toBeLessThan(tableBox?.y ?? 0);
});

test("each trial with windows shows one plot that has a title, a description and every mark", async ({
  page,
  opened,
}) => {
  await unfold(page);
  for (const [index, intent] of opened.json.intents.entries()) {
    for (const [trial, result] of intent.trials.entries()) {
      const box = page.locator(`#trial-${index}-${trial}`);
      const plots = box.locator("svg").filter({ visible: true });
      await expect(plots).toHaveCount(result.facts.windows.length > 0 ? 1 : 0);
      if (result.facts.windows.length === 0) continue;
      await expect(box.getByRole("img")).toHaveAccessibleName(
        `Timeline of ${intent.intent} ${result.plan.arm}-${result.plan.index}`,
      );
      await expect(box.getByRole("img")).toHaveAccessibleDescription(/^Seconds from /);
      const drawn = ["t0", "t1", "t2", "t4", "t5", "t6", "t7", "t8"].filter((name) => name in result.facts.marks);
      await expect(plots.locator("line.mark")).toHaveCount(drawn.length);
    }
  }
});

test("no two labels of marks overlap, on a wide screen and on a phone", async ({ page, opened }) => {
  expect(opened.complaints).toEqual([]);
  for (const width of [1100, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await unfold(page);
    const overlaps = await page
      .locator("svg")
      .filter({ visible: true })
      .evaluateAll((plots) =>
        plots.flatMap((plot) => {
          const labels = [...plot.querySelectorAll("text.harness, text.probes, text.healer")];
          const boxes = labels.map((label) => ({ label: label.textContent, box: label.getBoundingClientRect() }));
          return boxes.flatMap((a, i) =>
            boxes.slice(i + 1).flatMap((b) => {
              const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
              const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
              return across > 1 && down > 2 ? [`${a.label} / ${b.label}`] : [];
            }),
          );
        }),
      );
    expect(overlaps, `at ${width} px`).toEqual([]);
  }
});

test("on a phone the page does not scroll sideways, folded or not, and text stays large enough", async ({
  page,
  opened,
}) => {
  expect(opened.complaints).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await sideways()).toBeLessThanOrEqual(0);
  await unfold(page);
  expect(await sideways()).toBeLessThanOrEqual(0);
  const smallest = await page.evaluate(() =>
    Math.min(
      ...[...document.querySelectorAll("p, td, th, li, dd, dt, summary")].map((it) =>
        Number.parseFloat(getComputedStyle(it).fontSize),
      ),
    ),
  );
  expect(smallest).toBeGreaterThanOrEqual(12);
});

for (const scheme of ["light", "dark"] as const) {
  test(`in ${scheme} every word stands out from its ground by at least 4.5 to 1 (WCAG 2.2 AA)`, async ({
    page,
    opened,
  }) => {
    expect(opened.complaints).toEqual([]);
    await page.emulateMedia({ colorScheme: scheme });
    await unfold(page);
    const faint = await page.evaluate(() => {
      const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = (colour: string) => {
        const [r = 0, g = 0, b = 0] = channels(colour).map((value) => {
          const share = value / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = (node: InPage | null): string => {
        if (!node) return "rgb(255, 255, 255)";
        const colour = getComputedStyle(node).backgroundColor;
        return channels(colour)[3] === 0 ? ground(node.parentElement) : colour;
      };
      const found = new Set<string>();
      for (const node of document.querySelectorAll(
        "h1, h2, h3, h4, p, td, th, li, dt, dd, span, strong, a, summary, caption, svg text",
      )) {
        const style = getComputedStyle(node);
        const words = node.tagName === "text" ? style.fill : style.color;
        const [a, b] = [luminance(words), luminance(ground(node))].sort((x, y) => y - x);
        const contrast = ((a ?? 0) + 0.05) / ((b ?? 0) + 0.05);
        if (contrast < 4.5) found.add(`${node.tagName}.${node.getAttribute("class") ?? ""} ${contrast.toFixed(2)}`);
      }
      return { found: [...found], ground: ground(document.body), dark: luminance(ground(document.body)) < 0.1 };
    });
    expect(faint.found).toEqual([]);
    expect(faint.dark, faint.ground).toBe(scheme === "dark");
  });
}

test("no verdict is told by colour alone", async ({ page, opened }) => {
  expect(opened.complaints).toEqual([]);
  await unfold(page);
  const badges = await page.locator(".badge").allInnerTexts();
  expect(badges.length).toBeGreaterThan(10);
  for (const badge of badges) expect(badge).toMatch(/^(✓ pass|✗ fail|\? inconclusive|∅ invalid)$/);
});
