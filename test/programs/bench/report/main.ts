// `npm run bench:report -- [--trials 10000] [--rounds 3] [--build FOLDER] [--beside 2000]`: how large a page is, what
// writing the reports of a long run takes, and how its page opens and scrolls. With `--build`, the folder of a build of
// 58635cc, the same trials by both builds, in turns. Exit code 1 when a bound is missed, 3 when asked for what there is
// not.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { chromiumMissing, chromiumPath } from "../../../browser/chromium.ts";
import { inChromium } from "./in-chromium.ts";
import type { Taken } from "./taken.ts";

const bounds = { pageKiB: 400, seconds: 20, mebibytes: 300, openMs: 1000, frameMs: 50, faster: 3, smaller: 5 };
const root = resolve(import.meta.dirname, "../../../../..");
const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
    build: { type: "string" },
    beside: { type: "string", default: "2000" },
  },
});
const [trials, rounds, beside] = [Number(values.trials), Number(values.rounds), Number(values.beside)];
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const run = promisify(execFile);
const ending: string[] = [];

function bound(what: string, isKept: boolean, reached: string): void {
  ending.push(`${isKept ? "kept  " : "MISSED"}  ${what}: ${reached}`);
  if (!isKept) process.exitCode = 1;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A program of this folder in a process of its own. */
async function timedProgram(program: string, args: readonly string[]): Promise<Taken> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, program), ...args]);
  return JSON.parse(stdout) as Taken;
}

/** One run in a process of its own; `look` may look at what it left. */
async function take(program: string, args: readonly string[], look?: (dir: string) => Promise<void>): Promise<Taken> {
  const out = await mkdtemp(join(tmpdir(), "rebound-bench-report-"));
  try {
    const [count = "", ...more] = args;
    const taken = await timedProgram(program, [count, out, ...more]);
    await look?.(join(out, `r${count}`));
    return taken;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function takenText({ ms, cpuMs, peakMiB, beforeMiB, by = {} }: Taken): string {
  const parts = Object.entries(by).map(([name, own]) => `${name} ${(own / 1000).toFixed(1)}`);
  const own = `${(ms / 1000).toFixed(1)} s (${(cpuMs / 1000).toFixed(1)} s of a processor)`;
  return `${own}, peak ${peakMiB.toFixed(0)} MiB, ${beforeMiB.toFixed(0)} before; ${parts.join(", ")}`;
}

/** Trials of the suite `smoke`: one an arm. */
async function smokeTrials(): Promise<number> {
  const files = (await readdir(join(root, "experiments"), { recursive: true })).filter((it) => it.endsWith(".yaml"));
  const texts = await Promise.all(files.map((file) => readFile(join(root, "experiments", file), "utf8")));
  const smoke = texts.filter((text) => /^tags: \[.*\bsmoke\b/m.test(text));
  return smoke.reduce((sum, text) => sum + (/^arms: \[(.*)\]/m.exec(text)?.[1]?.split(",").length ?? 1), 0);
}

async function sizes(): Promise<void> {
  const count = await smokeTrials();
  await take("one-report.js", [String(count)], async (dir) => {
    const pages = (await readdir(dir, { recursive: true })).filter((file) => file.endsWith(".html"));
    const kib = await Promise.all(pages.map(async (file) => (await stat(join(dir, file))).size / 1024));
    const largest = Math.max(...kib);
    const says = `the largest of ${pages.length} pages of ${count} trials has ${largest.toFixed(0)} KiB`;
    bound(`a page of a smoke run in ${bounds.pageKiB} KiB`, pages.length > 1 && largest <= bounds.pageKiB, says);
  });
}

async function browse(file: string): Promise<void> {
  if (chromiumMissing) {
    print(`!!! SKIPPED: no Chromium at ${chromiumPath}; how the page opens and scrolls is not measured`);
    return;
  }
  const opened = await inChromium(file, rounds);
  for (const { paintedMs, longestFrameMs, ofMachineMs } of opened) {
    print(
      `opened: painted after ${paintedMs.toFixed(0)} ms, longest frame ${longestFrameMs.toFixed(0)} ms, on an empty page ${ofMachineMs.toFixed(0)} ms`,
    );
  }
  const painted = median(opened.map((one) => one.paintedMs));
  const frame = median(opened.map((one) => one.longestFrameMs));
  bound(`opens to the verdict in ${bounds.openMs} ms`, painted <= bounds.openMs, `median ${painted.toFixed(0)} ms`);
  bound(`no frame over ${bounds.frameMs} ms while scrolling`, frame <= bounds.frameMs, `median ${frame.toFixed(0)} ms`);
}

function reportBounds(how: string, { ms, peakMiB }: Taken): void {
  const of = `${trials} trials: reports ${how} in`;
  bound(`${of} ${bounds.seconds} s`, ms / 1000 <= bounds.seconds, `${(ms / 1000).toFixed(1)} s`);
  bound(`${of} ${bounds.mebibytes} MiB`, peakMiB <= bounds.mebibytes, `${peakMiB.toFixed(0)} MiB`);
}

async function long(): Promise<void> {
  let again: Taken | undefined;
  const taken = await take("one-report.js", [String(trials)], async (dir) => {
    again = await timedProgram("one-report-again.js", [dir]);
    await browse(join(dir, "index.html"));
  });
  print(`${trials} trials: ${takenText(taken)}`);
  reportBounds("written at the end of the run", taken);
  if (again !== undefined) reportBounds("written again (`rebound report DIR`)", again);
}

async function sideBySide(build: string): Promise<void> {
  const ratios: { readonly faster: number; readonly lighter: number; readonly smaller: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const takeBefore = (): Promise<Taken> => take("one-report-before.js", [String(beside), build]);
    const takeNow = (): Promise<Taken> => take("one-report.js", [String(beside)]);
    // In turns, so that neither always comes second.
    const first = round % 2 === 1 ? await takeBefore() : undefined;
    const now = await takeNow();
    const before = first ?? (await takeBefore());
    print(`round ${round}, ${beside} trials: before ${takenText(before)}`);
    print(`round ${round}, ${beside} trials: now    ${takenText(now)}`);
    const [faster, lighter] = [before.ms / now.ms, before.cpuMs / now.cpuMs];
    ratios.push({ faster, lighter, smaller: before.peakMiB / now.peakMiB });
  }
  const [faster, smaller] = [median(ratios.map((it) => it.faster)), median(ratios.map((it) => it.smaller))];
  // Waiting for a busy disk is in the first figure alone.
  const lighter = median(ratios.map((it) => it.lighter)).toFixed(1);
  const says = `${faster.toFixed(1)} times, by processor time ${lighter}`;
  bound(`${bounds.faster} times faster than before`, faster >= bounds.faster, says);
  bound(`${bounds.smaller} times smaller in memory`, smaller >= bounds.smaller, `${smaller.toFixed(1)} times`);
}

const isRight = [trials, rounds, beside].every((it) => Number.isInteger(it) && it >= 1 && it <= 100_000);
const build = values.build === undefined ? undefined : resolve(values.build);
const entry = build === undefined ? undefined : join(build, "dist/src/cli/finish-run.js");
if (!isRight || (entry !== undefined && !existsSync(entry))) {
  const found = `--trials ${values.trials} --rounds ${values.rounds} --beside ${values.beside} --build ${values.build ?? "(none)"}`;
  console.error(
    `${found}: expected whole numbers from 1 to 100000, and the folder of a build of 58635cc, with dist/src/cli/finish-run.js`,
  );
  process.exit(3);
}
await sizes();
await long();
if (build === undefined) print("no --build FOLDER: not compared with 58635cc");
else await sideBySide(build);
print("");
for (const line of ending) print(line);
