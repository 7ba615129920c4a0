// `npm run samples [-- --only NAME [--from DIR]]`: makes reports/samples/ anew from real runs of the reference stack,
// and pictures of their pages. `--from DIR` keeps a run that there is instead; `--pages` only writes its pages anew. A
// run that did not come out as its sample must is had again, at most three times; exit code 1 when it never did.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { attribute } from "../../../src/verdict/attribution.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { makeReporters } from "../../../src/reporters/index.ts";
import { reportAgain } from "../../../src/run/report-again.ts";
import { resolveRunDir } from "../../../src/store/run-folder.ts";
import { readRun } from "../../builders/read-run.ts";
import { chromiumMissing, chromiumPath } from "../../browser/chromium.ts";
import { oneRun } from "../sabotage/one-run.ts";
import { keepRun } from "./kept.ts";
import { takePictures } from "./pictures.ts";

interface Sample {
  readonly name: string;
  readonly intent: string;
  readonly sabotage: string | undefined;
  /** Whether the run shows what the sample is there for. */
  readonly shows: (trials: readonly TrialResult[]) => boolean;
}

const samples: readonly Sample[] = [
  {
    name: "good-night",
    intent: "experiments/process/replica-kill.yaml",
    sabotage: undefined,
    shows: (trials) => trials.length === 2 && trials.every(({ verdict }) => verdict.outcome === "pass"),
  },
  {
    name: "restarted-instead-of-restored",
    intent: "experiments/data/vector-index-corruption.yaml",
    sabotage: "restart-instead-of-restore",
    // Both arms tell: the restart repaired nothing, and without a restore it stays broken.
    shows: (trials) =>
      attribute(trials).verdict === "WRONG-PATHWAY" && trials.some(isCaught) && trials.some(isBrokenWithout),
  },
];
const mostTries = 3;
const seed = 20261125;

function isCaught({ plan, verdict }: TrialResult): boolean {
  const caught = verdict.findings.find(({ rule }) => rule === "by-declared-pathway");
  return plan.arm === "treatment" && verdict.outcome === "fail" && caught?.outcome === "fail";
}

function isBrokenWithout({ plan, verdict }: TrialResult): boolean {
  return plan.arm === "ablation" && verdict.outcome === "pass";
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function keepFrom({ name, shows }: Sample, dir: string, root: string): Promise<boolean> {
  const run = await readRun(dir);
  if (!shows(run.intents.flatMap(({ trials }) => trials))) {
    say(`${dir} does not show what ${name} is there for`);
    return false;
  }
  await keepRun(await resolveRunDir(dir), join(root, "reports/samples", name), root);
  return true;
}

async function make({ name, intent, sabotage, shows }: Sample, root: string, signal: AbortSignal): Promise<boolean> {
  for (let time = 1; time <= mostTries && !signal.aborted; time += 1) {
    let kept = false;
    const { trials, text } = await oneRun({
      root,
      choice: [intent],
      seed,
      sabotage,
      signal,
      async keep(runDir, judged) {
        if (!shows(judged)) return;
        await keepRun(runDir, join(root, "reports/samples", name), root);
        kept = true;
      },
    });
    const outcomes = trials.map(({ plan, verdict }) => `${plan.arm} ${verdict.outcome}`).join(", ");
    say(`${name}, run ${time}: ${outcomes || text}${kept ? "" : "; that is no sample of it"}`);
    if (kept) return true;
  }
  return false;
}

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    from: { type: "string" },
    pages: { type: "boolean", default: false },
  },
});
let root = import.meta.dirname;
while (!existsSync(join(root, "package.json"))) root = dirname(root);
const chosen = samples.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0 || (values.from !== undefined && chosen.length > 1)) {
  console.error(`--only ${values.only ?? "(none)"}: expected one of ${samples.map(({ name }) => name).join(", ")}`);
  process.exit(3);
}
const ending = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => ending.abort());
for (const sample of values.pages ? [] : chosen) {
  const { from } = values;
  const isMade = from === undefined ? make(sample, root, ending.signal) : keepFrom(sample, from, root);
  if (!(await isMade)) process.exitCode = 1;
}
const isThere = ({ name }: Sample): boolean => existsSync(join(root, "reports/samples", name, "run.json"));
for (const { name } of chosen.filter(isThere)) {
  const reporters = makeReporters(process.stderr).slice(1);
  const { failure } = await reportAgain(join(root, "reports/samples", name), { reporters, note: say });
  if (failure !== undefined) throw failure;
}
const missing = samples.filter((sample) => !isThere(sample));
if (missing.length > 0) say(`no pictures yet: there is no ${missing.map(({ name }) => name).join(", ")}`);
else if (chromiumMissing) say(`!!! SKIPPED: no Chromium at ${chromiumPath}; no pictures were taken`);
else if (process.exitCode === undefined) await takePictures(join(root, "reports/samples"), say);
