// `npm run bench:authoring -- [--rounds 12] [--intents 500] [--mutations 10000]`: how long the command line takes to
// lint many intents and to plan the whole library, each in a process of its own, from its start to its end; and whether
// mutated files are linted without a crash, every problem with its place and code; and whether a sweep finds a known
// breaking dose. Exit code 1 when a bound is missed.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { findExperiments } from "../../../../src/store/read-experiments.ts";
import { medianOfRounds, ratioText } from "../telemetry/figures.ts";
import { sweepRows } from "./sweep-rows.ts";

const root = resolve(import.meta.dirname, "../../../../..");
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "12" },
    intents: { type: "string", default: "500" },
    mutations: { type: "string", default: "10000" },
  },
});
const [rounds, intents] = [Number(values.rounds), Number(values.intents)];
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const run = promisify(execFile);
const mostBytes = 256 * 1024 * 1024;

/** Wall time of one process, ms; throws what it says when it does not end with 0. */
async function timed(args: readonly string[]): Promise<number> {
  const began = performance.now();
  await run(process.execPath, [join(root, "bin/rebound.js"), ...args], { cwd: root, maxBuffer: mostBytes });
  return performance.now() - began;
}

/** The shipped intents again and again, each copy under a name of its own. */
async function copies(folder: string): Promise<number> {
  const files = await findExperiments(root);
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, "utf8") })));
  for (let n = 0; n < intents; n += 1) {
    const { file, text } = texts[n % texts.length] ?? { file: "", text: "" };
    const copy = join(folder, relative(root, file)).replace(/\.yaml$/, `-${n}.yaml`);
    await mkdir(join(copy, ".."), { recursive: true });
    await writeFile(copy, text);
  }
  return files.length;
}

async function measure(what: string, mostMs: number, args: readonly string[]): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await timed(args));
  const figures = medianOfRounds(times);
  const isKept = figures.median <= mostMs;
  print(`${isKept ? "kept  " : "MISSED"}  ${what}: median ${ratioText(figures, 0)} ms, bound ${mostMs} ms`);
  print(`        each: ${times.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  if (!isKept) process.exitCode = 1;
}

/** The unit test at its full size, so that there is one way to mutate. */
async function mutate(): Promise<void> {
  const test = "test/unit/intent/mutated-files.test.ts";
  const env = { ...process.env, REBOUND_MUTATIONS: values.mutations };
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const ended = await run(process.execPath, [vitest, "run", "--project", "fast", test], {
    cwd: root,
    env,
    maxBuffer: mostBytes,
  }).then(
    () => ({ isSound: true, says: "" }),
    (thrown: unknown) => ({ isSound: false, says: String((thrown as { stdout?: unknown }).stdout ?? thrown) }),
  );
  print(`${ended.isSound ? "kept  " : "MISSED"}  ${values.mutations} mutated files: no crash, a place and a code each`);
  if (ended.isSound) return;
  print(ended.says);
  process.exitCode = 1;
}

const folder = await mkdtemp(join(tmpdir(), "rebound-bench-authoring-"));
try {
  print(
    `${cpus().length} cores, load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")} at the start`,
  );
  const shipped = await copies(folder);
  await measure(`lint of ${intents} intents`, 1_500, ["lint", folder]);
  await measure(`plan of the library, ${shipped} intents`, 2_000, ["plan", "experiments"]);
  await mutate();
  for (const { figure, says, kept } of await sweepRows()) {
    print(`${kept ? "kept  " : "MISSED"}  ${figure}: ${says}`);
    if (!kept) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
