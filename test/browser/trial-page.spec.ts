// A trial's page in a real Chromium: one picture over one axis, of which every pane goes to the same moment.

import type { Page } from "@playwright/test";
import { chromiumMissing } from "./chromium.ts";
import { expect, test } from "./sample-page.ts";
import { at } from "./in-page.ts";

test.skip(chromiumMissing, "no Chromium on this machine");

/** The picture that is in view, and the pixel of an instant, ms from the origin, in it. */
async function pictureOf(page: Page) {
  const svg = page.locator("figure.story svg").filter({ visible: true });
  const box = await svg.boundingBox();
  const read = async (name: string) => Number(await svg.getAttribute(name));
  const width = Number((await svg.getAttribute("viewBox"))?.split(" ")[2]);
  const [from, to, left, right] = [
    await read("data-from"),
    await read("data-to"),
    await read("data-left"),
    await read("data-right"),
  ];
  const pixel = (since: number) =>
    (box?.x ?? 0) + ((left + ((since - from) / (to - from)) * (right - left)) / width) * (box?.width ?? 0);
  return { svg, box, pixel, from, to, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
}

const moment = (page: Page) => page.locator('[data-says="moment"]');
const zoomed = (page: Page) =>
  page.locator("figure.story svg .pan").filter({ visible: true }).first().getAttribute("transform");

test("what the pointer hovers over is read out exactly as run.json has it, window by window", async ({
  page,
  opened,
}) => {
  const [first] = opened.trials;
  if (first === undefined) throw new Error("the sample has no trial");
  await page.goto(first.address);
  const { pixel, y, from, to } = await pictureOf(page);
  const origin = first.result.facts.marks.t0?.at ?? Number.NaN;
  const windows = first.result.facts.windows.map((window, index) => ({ window, index }));
  const inView = windows.filter(({ window }) => window.from - origin > from && window.to - origin < to);
  let compared = 0;
  for (const { window, index } of inView.filter((_, nth) => nth % 5 === 0)) {
    await page.mouse.move(pixel((window.from + window.to) / 2 - origin), y);
    const path = `${first.path}.facts.windows.${index}`;
    const { values } = at(opened.json, path) as typeof window;
    const cells = await page.locator(`.readout [data-window="${path}"]`).evaluateAll((found) =>
      found.map((cell) => ({
        row: cell.parentElement?.textContent ?? "",
        value: JSON.parse(cell.getAttribute("data-value") ?? "") as number,
        text: cell.textContent ?? "",
      })),
    );
    for (const { row, value, text } of cells) {
      const name = Object.keys(values).find((one) => row.startsWith(one)) ?? "";
      expect(value, `${name} in window ${index}`).toBe(values[name]);
      expect(Number(text)).toBeCloseTo(value, 1);
      compared += 1;
    }
    await expect(page.locator('[data-says="judged"]')).toContainText(`users ${window.users}, state ${window.state}`);
  }
  expect(compared).toBeGreaterThan(40);
});

test("a click goes to a moment in every pane and stays there, a mark's own moment too", async ({ page, opened }) => {
  await page.goto(opened.trials[0]?.address ?? "");
  const { pixel, y } = await pictureOf(page);
  await page.mouse.click(pixel(2000), y);
  await expect(moment(page)).toHaveText(/^\+(1\.9|2\.0)\d s$/);
  await page.mouse.move(pixel(5000), y);
  await expect(moment(page)).toHaveText(/^\+(4\.9|5\.0)\d s$/);
  await page.mouse.move(0, 0);
  await expect(moment(page)).toHaveText(/^\+(1\.9|2\.0)\d s$/);
  const current = page.locator(".happened [aria-current]");
  await expect(current).toContainText("detected");
  await page.locator(".marks").getByRole("button", { name: "t6" }).click();
  await expect(moment(page)).toHaveText("+6.08 s");
  await expect(current).toContainText("t6");
  const [line, list] = [await current.boundingBox(), await page.locator(".happened").boundingBox()];
  expect((line?.y ?? 0) - (list?.y ?? 0)).toBeGreaterThanOrEqual(0);
  expect((line?.y ?? 0) - (list?.y ?? 0)).toBeLessThan(list?.height ?? 0);
  const moments = await page
    .locator("svg.picture")
    .filter({ visible: true })
    .evaluateAll((pictures) =>
      pictures.map((picture) => {
        const read = (name: string) => Number(picture.getAttribute(name));
        const x = Number([...picture.querySelectorAll(".cursor")][0]?.getAttribute("x1"));
        const share = (x - read("data-left")) / (read("data-right") - read("data-left"));
        return Math.round(read("data-from") + share * (read("data-to") - read("data-from")));
      }),
    );
  // Its own picture, and that of the arms beside each other.
  expect(moments).toEqual([6080, 6080]);
});

test("the keyboard moves, steps from mark to mark and zooms, and the whole picture comes back", async ({
  page,
  opened,
}) => {
  await page.goto(opened.trials[0]?.address ?? "");
  const { from, to } = await pictureOf(page);
  const slider = page.getByRole("slider", { name: "Moment" });
  await slider.focus();
  await expect(moment(page)).toHaveText("+0.00 s");
  await page.keyboard.press("ArrowRight");
  await expect(moment(page)).toHaveText("+0.25 s");
  await page.keyboard.press("PageDown");
  await expect(moment(page)).toHaveText("+0.48 s");
  await page.keyboard.press("End");
  await expect(moment(page)).toHaveText(`+${(to / 1000).toFixed(2)} s`);
  await page.keyboard.press("Home");
  await expect(moment(page)).toHaveText(`−${(-from / 1000).toFixed(2)} s`);
  await expect(slider).toHaveAttribute("aria-valuetext", /^−6\.00 s from the origin$/);
  const whole = await zoomed(page);
  await page.keyboard.press("+");
  expect(await zoomed(page)).toMatch(/^matrix\(2 0 0 1 /);
  await page.keyboard.press("0");
  expect(await zoomed(page)).toBe(whole);
});

test("the thumb of the slider stands under the cursor, on a wide screen and on a phone", async ({ page, opened }) => {
  await page.goto(opened.trials[0]?.address ?? "");
  for (const width of [1100, 360]) {
    await page.setViewportSize({ width, height: 800 });
    const slider = page.getByRole("slider", { name: "Moment" });
    for (const key of ["Home", "End"]) {
      await slider.press(key);
      const { svg } = await pictureOf(page);
      const [line, rail] = [await svg.locator(".cursor").boundingBox(), await slider.boundingBox()];
      const thumb = key === "Home" ? (rail?.x ?? 0) + 8 : (rail?.x ?? 0) + (rail?.width ?? 0) - 8;
      expect(Math.abs(thumb - (line?.x ?? 0)), `${key} at ${width} px`).toBeLessThan(4);
    }
  }
});

test("dragging shows what was chosen, and words hang where their marks are", async ({ page, opened }) => {
  await page.goto(opened.trials[0]?.address ?? "");
  const { pixel, y, svg } = await pictureOf(page);
  await page.mouse.move(pixel(1000), y);
  await page.mouse.down();
  await page.mouse.move(pixel(3000), y, { steps: 4 });
  await page.mouse.up();
  await expect(svg.locator("text.harness", { hasText: /t8/ })).toHaveAttribute("visibility", "hidden");
  const label = await svg.locator("text.healer", { hasText: "t2 detected" }).first().boundingBox();
  const line = await svg.locator("line.mark.healer").first().boundingBox();
  expect(Math.abs((label?.x ?? 0) - (line?.x ?? 0))).toBeLessThan(12);
  await page.getByRole("button", { name: "all" }).click();
  await expect(svg.locator("text.harness", { hasText: /t8/ })).toHaveAttribute("visibility", "visible");
});

test("from the worst finding to its trial, to what it rests on, and back", async ({ page, opened }) => {
  expect(opened.complaints).toEqual([]);
  await page.locator(".worst a").first().click();
  await page.locator("details:target a.whole").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("data/vector-index-corruption treatment-1");
  await page.locator(".findings .moment").first().click();
  await expect(page.locator("figure.story")).toBeInViewport();
  await page.getByRole("link", { name: /^← run/ }).click();
  await expect(page.locator("details:target")).toContainText("recovered-in-time");
});

test("from the map of pathways and faults to the trial behind a cell, to a claim's moment, and back", async ({
  page,
  opened,
}) => {
  expect(opened.complaints).toEqual([]);
  await page.locator(".map td a").first().click();
  await page.locator(".tried tr:target a", { hasText: "process/replica-kill" }).click();
  const section = page.locator("section", { has: page.locator("h2:target") });
  await section.locator("a.whole").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("process/replica-kill treatment-1");
  await page
    .getByRole("row", { name: /^verified/ })
    .getByRole("button")
    .click();
  await expect(moment(page)).toHaveText("+5.40 s");
  await page.getByRole("link", { name: "ablation-1" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("ablation-1");
  await page.getByRole("link", { name: /^← run/ }).click();
  await expect(page.locator("#trial-0-1")).toBeInViewport();
});

test("without its script the page holds the same, and shows no control that does nothing", async ({
  browser,
  opened,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(opened.trials[0]?.address ?? "");
  await expect(page.locator("figure.story svg").filter({ visible: true })).toHaveCount(1);
  await expect(page.getByRole("slider")).toHaveCount(0);
  await context.close();
});
