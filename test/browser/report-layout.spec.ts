// The report in a real Chromium: readable on wide screens and phones, in both schemes, without colour.

import { chromiumMissing } from "./chromium.ts";
import { expect, test } from "./sample-page.ts";
import { sidewaysOf, unfold, type InPage } from "./in-page.ts";
import { faintWords } from "./contrast.ts";

test.skip(chromiumMissing, "no Chromium on this machine");

/** A page of each kind: that of the run, that of a trial that passed, and that of one that failed. */
function kinds({ home, trials }: { readonly home: string; readonly trials: readonly { readonly address: string }[] }) {
  return [home, trials[0]?.address ?? "", trials[2]?.address ?? ""];
}

test("no two labels of marks overlap, on a wide screen and on a phone", async ({ page, opened }) => {
  await page.goto(opened.trials[0]?.address ?? "");
  await unfold(page);
  for (const width of [1100, 360]) {
    await page.setViewportSize({ width, height: 800 });
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
  await page.setViewportSize({ width: 360, height: 740 });
  for (const address of kinds(opened)) {
    await page.goto(address);
    expect(await sidewaysOf(page), address).toBeLessThanOrEqual(0);
    await unfold(page);
    expect(await sidewaysOf(page), address).toBeLessThanOrEqual(0);
    const smallest = await page.evaluate(() =>
      Math.min(
        ...[...document.querySelectorAll("p, td, th, li, dd, dt, summary")].map((it) =>
          Number.parseFloat(getComputedStyle(it).fontSize),
        ),
      ),
    );
    expect(smallest, address).toBeGreaterThanOrEqual(12);
  }
});

for (const scheme of ["light", "dark"] as const) {
  test(`in ${scheme} every word stands out from its ground by at least 4.5 to 1 (WCAG 2.2 AA)`, async ({
    page,
    opened,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    for (const address of kinds(opened)) {
      await page.goto(address);
      await unfold(page);
      const faint = await faintWords(page);
      expect(faint.found, address).toEqual([]);
      expect(faint.dark, faint.ground).toBe(scheme === "dark");
    }
  });
}

test("printed from a dark screen the pages are dark on light, without what only a screen can do", async ({
  page,
  opened,
}) => {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const address of kinds(opened)) {
    await page.goto(address);
    const faint = await faintWords(page);
    expect([faint.found, faint.dark], address).toEqual([[], false]);
    // A line without width is never visible to Playwright: the style is asked.
    const shown = await page
      .locator(".controls, .readout, .cursor")
      .evaluateAll((parts) => parts.map((part) => getComputedStyle(part as InPage).display));
    expect(new Set([...shown, "none"]), address).toEqual(new Set(["none"]));
  }
});

test("no verdict is told by colour alone", async ({ page, opened }) => {
  const badges: string[] = [];
  for (const address of [opened.home, ...opened.trials.map((trial) => trial.address)]) {
    await page.goto(address);
    await unfold(page);
    badges.push(...(await page.locator(".badge").allInnerTexts()));
  }
  expect(badges.length).toBeGreaterThan(10);
  for (const badge of badges) expect(badge).toMatch(/^(✓ pass|✗ fail|\? inconclusive|∅ invalid)$/);
});
