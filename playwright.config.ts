// Browser tests of the report in a real Chromium: the one that Debian ships, or the one named in CHROMIUM_PATH.

import { defineConfig } from "@playwright/test";
import { chromiumMissing, chromiumPath } from "./test/browser/chromium.ts";

if (chromiumMissing && process.env["CI"])
  throw new Error(`no Chromium at ${chromiumPath}; install it or set CHROMIUM_PATH`);
if (chromiumMissing) {
  process.stderr.write(
    `\n!!! SKIPPED: no Chromium at ${chromiumPath}; every browser test is skipped. Set CHROMIUM_PATH.\n\n`,
  );
}

export default defineConfig({
  testDir: "test/browser",
  outputDir: "test-results/browser",
  retries: 0,
  workers: 1,
  forbidOnly: true,
  timeout: 30_000,
  reporter: [["list"], ["json", { outputFile: "test-results/browser.json" }]],
  use: {
    browserName: "chromium",
    video: "off",
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: chromiumPath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
