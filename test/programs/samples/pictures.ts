// Pictures of the samples' pages for reports/README.md.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";
import { chromiumPath } from "../../browser/chromium.ts";

interface Picture {
  /** Below the folder of samples. */
  readonly page: string;
  readonly to: string;
  /** The part of the page that is shown; absent: what a screen shows of it first. */
  readonly part?: string;
  readonly scheme: "light" | "dark";
  readonly height: number;
}

const bad = "restarted-instead-of-restored";
const pictures: readonly Picture[] = [
  { page: `${bad}/index.html`, to: "run.png", scheme: "light", height: 620 },
  {
    page: `${bad}/trials/data/vector-index-corruption/treatment-1/trial.html`,
    to: "trial.png",
    scheme: "light",
    height: 900,
  },
  {
    page: "good-night/trials/process/replica-kill/treatment-1/trial.html",
    to: "dark.png",
    scheme: "dark",
    height: 900,
  },
];
/** Each is in a page that people load. */
const mostKiB = 150;

/** Takes them into `dir`; throws when one is larger than a page should load. */
export async function takePictures(dir: string, say: (line: string) => void): Promise<void> {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    for (const { page: path, to, scheme, height } of pictures) {
      const page = await browser.newPage({ viewport: { width: 1000, height }, colorScheme: scheme });
      await page.goto(pathToFileURL(join(dir, path)).href);
      await page.screenshot({ path: join(dir, to) });
      await page.close();
      const kib = (await stat(join(dir, to))).size / 1024;
      say(`${to}: ${kib.toFixed(0)} KiB`);
      if (kib > mostKiB) throw new Error(`${to} has ${kib.toFixed(0)} KiB; at most ${mostKiB} may be loaded`);
    }
  } finally {
    await browser.close();
  }
}
