// Runs trials on the oracle by the ordinary command, and reads them together with the truth.

import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { traceIdsOf } from "../../../src/core/trace-context.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import type { RequestEvent } from "../../../src/records/timeline/request.ts";
import { compare, truthSchema, type Comparison, type Measured } from "./compare.ts";

export interface Asked {
  readonly n: number;
  readonly seed: number;
  readonly jobs: number;
  readonly shape: string | undefined;
  /** Gets `out/` (the run) and `truth/`. */
  readonly folder: string;
}

/** From the sources as from `dist`. */
const root = resolve(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "../../.." : "../../../..");
/** Named by `traffic` in its target file. */
const streamOfTheOracle = "ask";
/** What every trial of a calibration runs. */
export const intent = "experiments/control/known-truth.yaml";
const noteEvery = 20;

/**
 * Runs the trials to their end; throws with what was printed when the run itself could not be done. Verdicts are no
 * matter here.
 */
export async function runTrials({ n, seed, jobs, shape, folder }: Asked, note: (line: string) => void): Promise<void> {
  const args = ["run", intent, "--trials", String(n), "--seed", String(seed), "--jobs", String(jobs)];
  const child = spawn(process.execPath, [join(root, "bin/rebound.js"), ...args, "--out", join(folder, "out")], {
    cwd: root,
    env: { ...process.env, ORACLE_TRUTH_DIR: join(folder, "truth"), ORACLE_SHAPE: shape ?? "", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  let told = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      const done = text.match(/treatment-\d+ {2}(?:pass|fail|inconclusive|invalid|residue)/g)?.length ?? 0;
      if (done >= told + noteEvery) note(`${(told = done)} of ${n} trials`);
    });
  }
  const code = await new Promise<number | null>((done) => child.once("close", done));
  if (code === null || code > 2) throw new Error(`the run ended with ${code}:\n${text.slice(-4_000)}`);
}

/** Everything measured below a folder of `runTrials`, with its outcome. */
export interface Read {
  readonly comparisons: readonly Comparison[];
  readonly outcomes: readonly { readonly trial: string; readonly outcome: string; readonly shape: string }[];
  /** Trials without a verdict or without a truth. */
  readonly lost: readonly string[];
}

/** Judges what the run wrote down; with `again`, what today's measuring makes of its timelines. */
export async function readTrials(
  folder: string,
  again?: (dir: string) => Promise<readonly TrialResult[]>,
): Promise<Read> {
  const run = join(folder, "out/latest");
  const judged = again === undefined ? [] : await again(run);
  const comparisons: Comparison[] = [];
  const outcomes: Read["outcomes"][number][] = [];
  const lost: string[] = [];
  const trials = readdirSync(join(run, "trials"), { recursive: true, encoding: "utf8" });
  for (const path of trials.filter((name) => name.endsWith("plan.json")).sort()) {
    const dir = join(run, "trials", dirname(path));
    const plan = readJson(join(dir, "plan.json")) as TrialResult["plan"];
    const trial = `${plan.arm}-${plan.index}`;
    const truthFile = join(folder, "truth", `${plan.seed}.json`);
    const result = judged.find((one) => one.plan.index === plan.index) ?? resultIn(dir);
    // Where the steady state did not hold before, nothing was broken, and there is no truth to miss.
    if (result?.verdict.outcome === "invalid" && !existsSync(truthFile)) {
      outcomes.push({ trial, outcome: "invalid", shape: "none" });
      continue;
    }
    if (result === undefined || !existsSync(truthFile)) {
      lost.push(trial);
      continue;
    }
    const truth = truthSchema.parse(readJson(truthFile));
    const told = readTold(join(dir, "timeline.jsonl"), plan.seed);
    const measured: Measured = { name: trial, result, ...told };
    comparisons.push(compare(measured, truth));
    outcomes.push({ trial, outcome: result.verdict.outcome, shape: truth.shape });
  }
  return { comparisons, outcomes, lost };
}

function resultIn(dir: string): TrialResult | undefined {
  const file = join(dir, "verdict.json");
  return existsSync(file) ? (readJson(file) as TrialResult) : undefined;
}

/**
 * The first line of a timeline tells where on the monotonic clock its instants count from; with that, and the trial's
 * seed, it is known which trace each of users' requests began.
 */
function readTold(file: string, seed: number): Pick<Measured, "epochNs" | "journeys"> {
  const events = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Partial<RequestEvent> & { readonly epochNs?: string });
  const epochNs = events[0]?.epochNs;
  if (epochNs === undefined) throw new Error(`${file} does not begin with the trial's epoch`);
  const idsOf = traceIdsOf({ trial: epochNs, seed, stream: streamOfTheOracle });
  const journeys = new Map(
    events.flatMap(({ kind, id, intended, done }) =>
      kind === "request" && id !== undefined && intended !== undefined && typeof done === "number"
        ? [[idsOf(id).traceId, { intended, done }] as const]
        : [],
    ),
  );
  return { epochNs, journeys };
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
