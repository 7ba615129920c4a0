// How a page of a run behaves in Chromium: until its verdict is painted, and how long frames take while it is scrolled.

import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "@playwright/test";
import { chromiumPath } from "../../../browser/chromium.ts";

/** Of one opening. */
export interface Opened {
  /** From the begin of the navigation until the first words were painted, ms. */
  readonly paintedMs: number;
  /** The longest time between two frames while scrolling from top to bottom, ms. */
  readonly longestFrameMs: number;
  /** The same on a page with nothing on it: what the machine itself takes, ms. */
  readonly ofMachineMs: number;
}

// What the functions below see when they run in the page.
interface View {
  readonly scrollBy: (x: number, y: number) => void;
  readonly requestAnimationFrame: (next: (at: number) => void) => number;
  readonly document: { readonly documentElement: { readonly scrollHeight: number } };
  readonly performance: { getEntriesByName(name: string): readonly { readonly startTime: number }[] };
}

/** Frames of a scroll through a whole page. */
const frames = 240;

/** The longest frame of a steady scroll to the end of the page, ms. */
function scrolled(page: Page, height: number): Promise<number> {
  return page.evaluate(
    ({ steps, by }) =>
      new Promise<number>((resolve) => {
        const view = globalThis as unknown as View;
        let [last, longest, left] = [0, 0, steps];
        const next = (at: number): void => {
          // The first frame only says when the scroll began.
          if (last > 0) longest = Math.max(longest, at - last);
          last = at;
          left -= 1;
          if (left < 0) return resolve(longest);
          view.scrollBy(0, by);
          view.requestAnimationFrame(next);
        };
        view.requestAnimationFrame(next);
      }),
    { steps: frames, by: Math.ceil(height / frames) },
  );
}

async function openOnce(browser: Browser, address: string): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  try {
    await page.setContent(`<div style="height: 100000px"></div>`);
    const ofMachineMs = await scrolled(page, 100_000);
    await page.goto(address, { waitUntil: "load" });
    if (!(await page.locator("h1 .badge, header .badge").first().isVisible())) throw new Error("no verdict is visible");
    const painted = await page.evaluate(
      () => (globalThis as unknown as View).performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    );
    if (painted === undefined) throw new Error("Chromium painted nothing");
    const height = await page.evaluate(() => (globalThis as unknown as View).document.documentElement.scrollHeight);
    return { paintedMs: painted, longestFrameMs: await scrolled(page, height), ofMachineMs };
  } finally {
    await page.close();
  }
}

/** Opens and scrolls a page so many times. */
export async function inChromium(file: string, rounds: number): Promise<readonly Opened[]> {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const all: Opened[] = [];
    for (let round = 0; round < rounds; round += 1) all.push(await openOnce(browser, pathToFileURL(file).href));
    return all;
  } finally {
    await browser.close();
  }
}
