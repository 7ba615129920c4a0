// A report on disk and a browser that notices everything it should not do: the ground under all browser tests.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test as base, expect } from "@playwright/test";
import type { RunResult } from "../../src/records/results/run-result.ts";
import { renderHtml } from "../builders/rendered-page.ts";
import { sampleRun } from "../builders/sample-run.ts";

interface Opened {
  /** run.json as a program would read it back. */
  readonly json: RunResult;
  /** Addresses asked for, the page's own left out. */
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
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, "index.html"), await renderHtml(run, records));
    const address = pathToFileURL(join(dir, "index.html")).href;
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== address) requests.push(request.url());
    });
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(address);
    await use({ json: JSON.parse(JSON.stringify(run)) as RunResult, requests, complaints });
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  },
});

export { expect };
