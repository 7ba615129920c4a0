// The committed samples in a real Chromium: nothing that axe-core calls serious, on phones and on paper, too.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test, expect, type Page } from "@playwright/test";
import { goodNight, restarted, samplesDir } from "../builders/committed-samples.ts";
import { chromiumMissing } from "./chromium.ts";
import { faintWords } from "./contrast.ts";
import { sidewaysOf, unfold } from "./in-page.ts";
import { violationsOn } from "./violations.ts";

test.skip(chromiumMissing, "no Chromium on this machine");
// axe-core looks at every element of four long pages.
test.setTimeout(120_000);

const pages = [
  `${goodNight}/index.html`,
  `${goodNight}/trials/process/replica-kill/treatment-1/trial.html`,
  `${restarted}/index.html`,
  `${restarted}/trials/data/vector-index-corruption/treatment-1/trial.html`,
];

async function open(page: Page, path: string): Promise<void> {
  await page.goto(pathToFileURL(join(samplesDir, path)).href);
}

for (const scheme of ["light", "dark"] as const) {
  test(`axe-core finds nothing serious on any page of the samples in ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    for (const path of pages) {
      await open(page, path);
      await unfold(page);
      expect(await violationsOn(page), path).toEqual([]);
    }
  });
}

test("axe-core does find what is wrong on a page with a picture that has no words", async ({ page }) => {
  await page.setContent('<html lang="en"><title>t</title><main><h1>h</h1><img src="data:,"></main></html>');
  expect((await violationsOn(page)).join()).toContain("image-alt");
});

test("no page of the samples scrolls sideways on a phone, and none is dark on paper", async ({ page }) => {
  for (const path of pages) {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ media: "screen", colorScheme: "light" });
    await open(page, path);
    expect(await sidewaysOf(page), path).toBeLessThanOrEqual(0);
    await unfold(page);
    expect(await sidewaysOf(page), `${path}, unfolded`).toBeLessThanOrEqual(0);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const faint = await faintWords(page);
    expect([faint.found, faint.dark], path).toEqual([[], false]);
  }
});

test("from the second sample's first page a reader comes to the sentence, to the trial, and back", async ({ page }) => {
  await open(page, `${restarted}/index.html`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("fail");
  const sentence = page.getByText("wrong-pathway: restart-replica was done, which did not repair it");
  await expect(sentence.first()).toBeVisible();
  await expect(
    page.getByText("restart-replica was done instead in 1 of 1, which did not repair it").first(),
  ).toBeVisible();
  await page.getByRole("link", { name: "The whole trial" }).first().click();
  await expect(page.getByText("remedy chosen: restart-replica, right is restore-index").first()).toBeVisible();
  await expect(sentence.first()).toBeVisible();
  await page.getByRole("link", { name: /^← run/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Rebound: run");
});
