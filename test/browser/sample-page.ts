// A report on disk and a browser that notices everything it should not do: the ground under all browser tests.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { test as base, expect } from "@playwright/test";
import type { RunResult } from "../../src/records/results/run-result.ts";
import type { TrialResult } from "../../src/records/results/trial-result.ts";
import { trialPlaces } from "../../src/report/page-model.ts";
import { trialHref } from "../../src/report/trial-place.ts";
import { renderPages } from "../builders/rendered-page.ts";
import { sampleRun } from "../builders/sample-run.ts";

interface Opened {
  /** Address of the page of the run, which is open. */
  readonly home: string;
  /** run.json as a program would read it back. */
  readonly json: RunResult;
  /** Every trial with its path in run.json and the address of its page. */
  readonly trials: readonly { readonly result: TrialResult; readonly path: string; readonly address: string }[];
  /** Addresses asked for, those of the report's own pages left out. */
  readonly requests: readonly string[];
  /** What the browser's console said, and what was thrown in the page. */
  readonly complaints: readonly string[];
}

interface Fixtures {
  /** Opens the sample report from disk; at the end of the test nothing but the file may have been asked for. */
  readonly opened: Opened;
}

/**
 * Playwright's test with the sample report already open; fails on any request or console message, whatever else is
 * tested.
 */
export const test = base.extend<Fixtures>({
  opened: async ({ page }, use, info) => {
    const { run, records } = sampleRun();
    const dir = info.outputPath("report");
    const pages = await renderPages(run, records);
    for (const [path, html] of pages) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), html);
    }
    const addressOf = (path: string): string => pathToFileURL(join(dir, path)).href;
    const addresses = new Set([...pages.keys()].map(addressOf));
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => {
      if (!addresses.has(request.url().split("#")[0] ?? "")) requests.push(request.url());
    });
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(addressOf("index.html"));
    const json = JSON.parse(JSON.stringify(run)) as RunResult;
    const trials = run.intents.flatMap((intent, index) =>
      trialPlaces(intent, index).map(({ trial, place }) => ({
        result: trial,
        path: place.path,
        address: addressOf(trialHref(trial.plan)),
      })),
    );
    await use({ home: addressOf("index.html"), json, trials, requests, complaints });
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  },
});

export { expect };
