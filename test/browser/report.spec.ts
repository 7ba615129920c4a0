// The report in a real Chromium, opened from disk: true to run.json.

import { formatSpan } from "../../src/measure/marks/spans.ts";
import { chromiumMissing } from "./chromium.ts";
import { expect, test } from "./sample-page.ts";
import { figuresOn, unfold, at } from "./in-page.ts";

test.skip(chromiumMissing, "no Chromium on this machine");

test("every figure shown is the one of run.json, written with the digits its interval allows", async ({
  page,
  opened,
}) => {
  const figures = [...(await figuresOn(page))];
  for (const { address } of opened.trials) {
    await page.goto(address);
    figures.push(...(await figuresOn(page)));
  }
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

test("one bar for each pathway is as long as its points, with its losses in words, on a wide screen and on a phone", async ({
  page,
  opened,
}) => {
  const { scorecard } = opened.json;
  const scored = scorecard?.pathways.filter(({ score }) => score !== undefined) ?? [];
  expect(scored.length).toBeGreaterThan(0);
  await expect(page.locator(".waterfall")).toBeHidden();
  await unfold(page);
  for (const width of [1100, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const { pathway, terms, score } of scored) {
      const row = page.locator(".waterfall tbody tr", { has: page.getByRole("rowheader", { name: pathway }) });
      for (const { to, by } of terms.flatMap(({ losses }) => losses)) {
        await expect(row).toContainText(to);
        await expect(row).toContainText(by[0] ?? "");
      }
      const lengthOf = async (part: string) => (await row.locator(`svg .${part}`).boundingBox())?.width ?? 0;
      const rail = await lengthOf("rail");
      expect(rail).toBeGreaterThan(200);
      expect((await lengthOf("left")) / rail, `at ${width} px`).toBeCloseTo((score?.points ?? 0) / 100, 1);
      expect((await lengthOf("proven")) / rail, `at ${width} px`).toBeCloseTo((score?.proven ?? 0) / 100, 1);
    }
  }
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

test("each trial with windows shows one picture that has a title, a description and every mark", async ({
  page,
  opened,
}) => {
  for (const { result, address } of opened.trials) {
    await page.goto(address);
    const plots = page.locator("figure.story svg").filter({ visible: true });
    await expect(plots).toHaveCount(result.facts.windows.length > 0 ? 1 : 0);
    if (result.facts.windows.length === 0) continue;
    const { intent, arm, index } = result.plan;
    await expect(plots).toHaveAccessibleName(`Timeline of ${intent} ${arm}-${index}`);
    await expect(plots).toHaveAccessibleDescription(/^Seconds from /);
    await expect(plots.locator("line.mark")).toHaveCount(Object.keys(result.facts.marks).length);
  }
});
