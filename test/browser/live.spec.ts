// The live page in a real Chromium, through a whole run: a committed one that is told again, and a real one.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test, expect, type Page } from "@playwright/test";
import type { RunEvent } from "../../src/records/run-events.ts";
import { serveUi } from "../../src/reporters/ui.ts";
import { goodNight } from "../builders/committed-samples.ts";
import { replayedRun, type ReplayedRun } from "../builders/replayed-run.ts";
import { hostile } from "../builders/sample-run.ts";
import { makeSandbox, resultOf, startRebound } from "../support/rebound-process.ts";
import { chromiumMissing } from "./chromium.ts";
import { faintWords } from "./contrast.ts";
import { sidewaysOf } from "./in-page.ts";

test.skip(chromiumMissing, "no Chromium on this machine");

interface Live extends AsyncDisposable {
  readonly run: ReplayedRun;
  readonly url: string;
  /** Tells on, up to and with the first event that fits. */
  readonly until: (fits?: (event: RunEvent) => boolean) => void;
  readonly tell: (event: RunEvent) => void;
  readonly finish: () => Promise<void>;
}

async function live(): Promise<Live> {
  const run = await replayedRun(goodNight);
  let url = "";
  const troubles: string[] = [];
  const onTrouble = (says: string): void => void troubles.push(says);
  const ui = await serveUi(0, { onReady: (said) => void (url = said), onTrouble });
  ui.begin?.(run.underway);
  return {
    run,
    url,
    until: (fits) => run.until(ui, fits),
    tell: (event) => ui.on?.(event),
    finish: async () => ui.finish?.(run.end),
    async [Symbol.asyncDispose]() {
      await ui[Symbol.asyncDispose]();
      expect(troubles).toEqual([]);
    },
  };
}

const judged = ({ kind }: RunEvent): boolean => kind === "trialJudged";
const phase = (name: string) => (event: RunEvent) => event.kind === "phase" && event.phase === name;

/** What the console says, and what is asked for elsewhere: nothing of it is right. */
function complaintsOf(page: Page, url: string): readonly string[] {
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) complaints.push(request.url());
  });
  return complaints;
}

test("the page follows a run phase by phase, leads to a trial that has ended, and ends as the page of the run", async ({
  page,
}) => {
  await using it = await live();
  const complaints = complaintsOf(page, it.url);
  const now = page.getByRole("status");
  const [first = "", second = ""] = it.run.trials;
  it.until(phase("baseline"));
  await page.goto(it.url);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("running");
  await expect(now).toHaveText(`Running: 0 of ${it.run.trials.length} trials, now: ${first}, phase baseline`);
  await expect(page.getByText("No trial has ended yet.")).toBeVisible();
  it.until(phase("observe"));
  await expect(page.locator(".steps [aria-current]")).toHaveText(/^observe \d/);
  it.until((event) => event.kind === "claim" && event.type === "detected");
  await expect(page.locator(".steps .healer")).toHaveText(/^healer: detected \d+\.\d s$/);
  it.until(judged);
  await expect(page.locator(".lead").first()).toContainText("So far ✓ pass Every belief held");
  await expect(now).toContainText(`1 of ${it.run.trials.length} trials`);
  it.until(phase("warmup"));
  await expect(now).toHaveText(`Running: 1 of ${it.run.trials.length} trials, now: ${second}, phase warmup`);

  await page.getByRole("link", { name: "The whole trial" }).click();
  await expect(page.locator("figure.story")).toBeVisible();
  await page.getByRole("link", { name: /^← run/ }).click();
  await expect(now).toContainText(second);

  it.until();
  await it.finish();
  await expect(now).toHaveText(`The run has ended: pass. Its page is ${it.run.end.dir}/index.html.`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("✓ pass");
  await expect(page.getByText("Every figure is from run.json")).toBeVisible();
  expect(await page.locator("a[href]:not([href^='#'])").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("when another trial has ended folds stay as they were left, and words stay words", async ({ page }) => {
  await using it = await live();
  it.until(judged);
  await page.goto(it.url);
  const words = page.locator("details", { hasText: "What the words on this page mean" });
  await words.getByText("What the words on this page mean").click();
  const trial = page.locator("details.trial").first();
  await trial.locator("summary").click();
  it.tell({ kind: "note", says: hostile });
  it.until(judged);
  await expect(page.getByRole("status")).toContainText("2 of ");
  await expect(page.locator("p.trial")).toHaveCount(1);
  await expect(words).toHaveAttribute("open");
  await expect(trial).not.toHaveAttribute("open");
  await expect(page.locator("#news")).toContainText("<script>alert(1)</script> {{x}}");
  expect(await page.locator("img, iframe, form").count()).toBe(0);
});

test("light and dark no word is too faint, and on a phone nothing scrolls sideways", async ({ page }, info) => {
  await using it = await live();
  it.until(judged);
  it.until((event) => event.kind === "claim" && event.type === "detected");
  await page.goto(it.url);
  await expect(page.locator(".steps .healer")).toBeVisible();
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 1280, height: 900 });
    expect((await faintWords(page)).found, scheme).toEqual([]);
    await page.screenshot({ path: info.outputPath(`${scheme}.png`) });
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await sidewaysOf(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: info.outputPath(`${scheme}-phone.png`) });
  }
});

const intent = `version: 1
title: A killed replica that nobody restarts
belief: When one of the two back replicas of the echo stack is killed, something starts it again.
target: echo
tags: [demonstration]
seed: 5
arms: [treatment]
load: { arrival: constant, rate: 20/s, slow_over: 300ms, timeout: 1s, warmup: 500ms, baseline: 2s }
steady:
  window: 500ms
  bad_after: 2
  where: { users-answered: users.error_share <= 0.1, back-up: replicas.back >= baseline.replicas.back }
disturb: [{ fault: process.kill, on: { replica_of: back, count: 1 } }]
abort_if: { nobody-answered: users.error_share > 0.9 or replicas.front < 1 }
expect: { detected: { within: 1500ms, as: [replica-down] }, recovered: { within: 1500ms, by: restart-replica } }
`;

test("a real run shows itself from its begin to its end, and ends though somebody looks", async ({ page }) => {
  test.setTimeout(120_000);
  await using sandbox = await makeSandbox();
  const file = join(sandbox.out, "../experiments/process/short.yaml");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, intent);
  const running = startRebound(["run", file, "--ui", "--out", sandbox.out], sandbox);
  await running.says(/live page {2}\S+\n/);
  const [, url = ""] = /live page {2}(\S+)/.exec(running.text()) ?? [];
  await page.goto(url);
  const now = page.getByRole("status");
  await expect(now).toContainText("phase baseline", { timeout: 60_000 });
  await expect(now).toContainText("The run has ended", { timeout: 60_000 });
  const { code } = await running.exit;
  const { outcome, runId } = resultOf(sandbox);
  expect(code).toBe(outcome === "fail" ? 1 : 2);
  await expect(now).toHaveText(`The run has ended: ${outcome}. Its page is ${join(sandbox.out, runId, "index.html")}.`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(outcome);
});
