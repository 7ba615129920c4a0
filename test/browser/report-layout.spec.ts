// The report in a real Chromium: readable on wide screens and phones, in both schemes, without colour.

import { chromiumMissing } from "./chromium.ts";
import { expect, test } from "./sample-page.ts";
import { unfold } from "./in-page.ts";
import type { InPage } from "./in-page.ts";

test.skip(chromiumMissing, "no Chromium on this machine");

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
