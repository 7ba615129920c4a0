// `npm run bench:harness`: what a trial costs beyond the waiting that its plan asks for, what trials side by side gain,
// and what judging takes. Real trials on the echo target and the reference stack; figures of one run, for ratios.

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { trialName } from "../../../../src/core/plan.ts";
import type { TrialOutcome } from "../../../../src/records/results/outcome.ts";
import type { RunResult } from "../../../../src/records/results/run-result.ts";
import { measureTrial } from "../../../builders/measured.ts";
import { overheadOf, type Overhead } from "./overhead.ts";
import { median } from "../../../../src/measure/windows/percentiles.ts";
import { decidingFinding } from "../../../../src/verdict/judge-trial.ts";
import { benchJudge } from "./judge.ts";
import { runRebound, type Ran } from "./runs.ts";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "3" },
    jobs: { type: "string", default: "1,2,3" },
    only: { type: "string" },
  },
});
/** What we allow ourselves: share of a trial, beyond the mandated waiting. */
const mostOverhead = 0.1;
const stacks = [
  { what: "echo target", file: "experiments/process/echo-back-kill.yaml" },
  { what: "reference stack", file: "experiments/process/replica-kill.yaml" },
] as const;

const print = (line = ""): void => void process.stdout.write(`${line}\n`);
const wanted = (part: string): boolean => values.only === undefined || values.only === part;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const column = (texts: readonly string[]): string => texts.map((text) => text.padStart(12)).join("");
const middle = (numbers: readonly number[]): number => median(numbers) ?? Number.NaN;

async function benchOverhead(): Promise<void> {
  for (const { what, file } of stacks) {
    const ran = await runRebound([file, "--trials", values.trials]);
    const overheads = ran.records.flatMap((record) => overheadOf(record, measureTrial(record)) ?? []);
    print(`${what} (${file}): ${overheads.length} trials, median ms`);
    print(`${"".padEnd(30)}${column(["all", "mandated", "boot", "ours", "of trial"])}`);
    for (const name of overheads[0]?.stretches.map((one) => one.name) ?? []) printStretch(name, overheads);
    printTotals(overheads, ran);
  }
}

function printStretch(name: string, overheads: readonly Overhead[]): void {
  const of = (pick: (one: Overhead["stretches"][number]) => number): number =>
    middle(
      overheads.map(({ stretches }) =>
        stretches.filter((one) => one.name === name).reduce((sum, one) => sum + pick(one), 0),
      ),
    );
  const rest = (whose: "stack" | "ours"): number => of((one) => (one.rest === whose ? one.ms - one.mandatedMs : 0));
  const share = rest("ours") / middle(overheads.map(({ totalMs }) => totalMs));
  const cells = [of((one) => one.ms), of((one) => one.mandatedMs), rest("stack"), rest("ours")].map((ms) =>
    ms.toFixed(0),
  );
  print(`  ${name.padEnd(28)}${column([...cells, percent(share)])}`);
}

function printTotals(overheads: readonly Overhead[], { wallMs, records }: Ran): void {
  const of = (pick: (one: Overhead) => number): string => middle(overheads.map(pick)).toFixed(0);
  const sum = (pick: (one: Overhead) => number): number => overheads.reduce((all, one) => all + pick(one), 0);
  const total = sum(({ totalMs }) => totalMs);
  const ours = sum(({ oursShare, totalMs }) => oursShare * totalMs) / total;
  const worst = Math.max(...overheads.map(({ oursShare }) => oursShare));
  const strict = sum(({ strictShare, totalMs }) => strictShare * totalMs) / total;
  const cells = [of(({ totalMs }) => totalMs), of(({ mandatedMs }) => mandatedMs), of(({ bootMs }) => bootMs)];
  print(
    `  ${"a trial".padEnd(28)}${column([...cells, of(({ oursShare, totalMs }) => oursShare * totalMs), percent(ours)])}`,
  );
  const kept = ours <= mostOverhead ? "kept" : "EXCEEDED";
  print(
    `  beyond the mandated waiting, of all trials' time: ${percent(ours)} (worst trial ${percent(worst)}; bound ${percent(mostOverhead)}: ${kept})`,
  );
  print(`  the same with the stack's own boot held against us: ${percent(strict)}`);
  const outside = (wallMs - total) / Math.max(1, records.length);
  print(`  outside of trials (start, prepare, judging, reports): ${outside.toFixed(0)} ms per trial of this run`);
  print();
}

async function benchJobs(): Promise<void> {
  const file = stacks[0].file;
  print(`side by side (${file}, ${availableParallelism()} cores)`);
  print(`${"".padEnd(30)}${column(["trials/min", "of jobs 1", "conclusive", "at once"])}`);
  let alone: number | undefined;
  for (const jobs of values.jobs.split(",")) {
    const { wallMs, result } = await runRebound([file, "--trials", String(2 * Number(values.trials)), "--jobs", jobs]);
    const outcomes = result.intents.flatMap(({ trials }) => trials.map(({ verdict }) => verdict.outcome));
    const perMinute = (60_000 * outcomes.length) / wallMs;
    alone ??= perMinute;
    const conclusive = outcomes.filter(isConclusive).length / Math.max(1, outcomes.length);
    const { governor } = result;
    const cells = [
      perMinute.toFixed(1),
      `${(perMinute / alone).toFixed(2)}×`,
      percent(conclusive),
      String(governor?.mostAtOnce ?? 1),
    ];
    print(`  ${`--jobs ${jobs}`.padEnd(28)}${column(cells)}`);
    for (const reason of reasonsAgainst(result)) print(`      not conclusive: ${reason}`);
    for (const { atMs, jobs: to, because } of governor?.changes ?? []) {
      print(`      governor after ${(atMs / 1000).toFixed(0)} s: ${to} at a time, because ${because}`);
    }
  }
  print();
}

/** The finding that left each trial without an answer. */
function reasonsAgainst(result: RunResult): string[] {
  return result.intents.flatMap(({ trials }) =>
    trials.flatMap(({ plan, verdict }) => {
      if (isConclusive(verdict.outcome)) return [];
      const finding = decidingFinding(verdict.findings);
      return [`${trialName(plan)}, ${verdict.outcome}${finding ? `: ${finding.rule} — ${finding.says}` : ""}`];
    }),
  );
}

function isConclusive(outcome: TrialOutcome): boolean {
  return outcome === "pass" || outcome === "fail";
}

print(
  `Node ${process.version} · ${availableParallelism()} cores · figures of a shared machine: compare within one run`,
);
print();
if (wanted("overhead")) await benchOverhead();
if (wanted("jobs")) await benchJobs();
if (wanted("judge")) await benchJudge(print);
