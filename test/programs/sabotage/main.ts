// The harness's own mutation test: `npm run test:sabotage -- [--only a,b] [--clean N] [--seed S] [--busy N [--nice
// 0,19] [--apart]]`. Each planted defect of the reference stack must be caught by the finding that is right, and the
// stack without one must pass. Beside busy processes a trial may also be inconclusive or invalid; never may it fail for
// another reason, or pass. Exit code 1 when that is not so.

import { dirname, join } from "node:path";
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { ruleTable } from "../../../src/verdict/rule-table.ts";
import type { Expected } from "./expectation.ts";
import { cleanIntents, expectations } from "./expected.ts";
import { catchOf, isAgainst, notPassed } from "./matching.ts";
import { allWell, cleanReport, matrix, type CleanRound, type Row } from "./matrix.ts";
import { oneRun } from "./one-run.ts";
import { startBusy, type Busy } from "../starved/busy-processes.ts";
import { busyOf, Usage } from "../starved/options.ts";

interface Options {
  readonly chosen: readonly Expected[];
  readonly clean: number;
  readonly seed: number;
  readonly busy: Busy;
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      clean: { type: "string", default: "10" },
      seed: { type: "string", default: "20261125" },
      busy: { type: "string", default: "0" },
      nice: { type: "string", default: "0" },
      apart: { type: "boolean", default: false },
    },
  });
  const names = values.only?.split(",").map((name) => name.trim());
  const known = [...new Set(expectations.map(({ defect }) => defect))];
  const unknown = (names ?? []).filter((name) => name !== "none" && !known.includes(name));
  if (unknown.length > 0) {
    throw new Usage(`--only names ${unknown.join(", ")}; expected some of ${known.join(", ")}, or none`);
  }
  return {
    chosen: expectations.filter(({ defect }) => names === undefined || names.includes(defect)),
    clean: whole("clean", values.clean),
    seed: whole("seed", values.seed),
    busy: busyOf(values),
  };
}

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Usage(`--${name} is ${JSON.stringify(text)}; expected a whole number from 0`);
}

function root(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function filesOf(intents: readonly string[]): string[] {
  return intents.map((intent) => join("test/programs/sabotage/experiments", `${intent}.yaml`));
}

/**
 * Runs one defect; once more, and visibly, when the machine was too busy to measure, since that trial says nothing of
 * the defect. Not beside busy processes of our own: it is busy then.
 */
async function rowOf(expected: Expected, { seed, busy }: Options, signal: AbortSignal): Promise<Row> {
  for (let again = 0; ; again += 1) {
    const order = { root: root(), choice: filesOf([expected.intent]), seed, sabotage: expected.defect, signal };
    const { trials, exitCode, text } = await oneRun(order);
    const caught = catchOf(expected, trials);
    say(`${expected.defect}: ${caught.word}${caught.word === "caught" ? "" : `, expected ${expected.rule}`}`);
    say(`    ${caught.says}`);
    if (trials.length === 0) say(`    the run exited with ${exitCode} and judged nothing:\n${text}`);
    if (!caught.blurred || again > 0 || busy.processes > 0 || signal.aborted) return { expected, caught, again };
    say("    the machine was too busy to measure, which says nothing of the defect: once more");
  }
}

async function cleanRound(number: number, { seed, busy }: Options, signal: AbortSignal): Promise<CleanRound> {
  // Another seed for each: other sites, other instants.
  const order = { root: root(), choice: filesOf(cleanIntents), seed: seed + number - 1, sabotage: undefined, signal };
  const { trials, exitCode, text } = await oneRun(order);
  const against = notPassed(trials.filter(({ verdict }) => busy.processes === 0 || isAgainst(verdict.outcome)));
  // 0 to 2: it came to its end. Anything else broke off, and the trials that are missing passed nothing.
  if (trials.length === 0 || exitCode === null || exitCode > 2) {
    against.push(`the run exited with ${exitCode}, ${trials.length} trials were judged:\n${text}`);
  }
  say(`unsabotaged ${number}: ${against.length === 0 ? `pass (${trials.length} trials)` : against.join("; ")}`);
  return { number, against, trials: trials.length };
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  const { chosen, clean, seed, busy } = options;
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => ending.abort());
  const started = performance.now();
  const rows: Row[] = [];
  const rounds: CleanRound[] = [];
  const beside = await startBusy(busy);
  try {
    for (const expected of chosen) if (!ending.signal.aborted) rows.push(await rowOf(expected, options, ending.signal));
    for (let number = 1; number <= clean && !ending.signal.aborted; number += 1) {
      rounds.push(await cleanRound(number, options, ending.signal));
    }
  } finally {
    await beside[Symbol.asyncDispose]();
  }
  if (rows.length > 0) {
    const order = ruleTable.map(({ name }) => name);
    say(`\n${matrix(rows, order)}\n`);
    say(
      `${rows.filter(({ caught }) => caught.word === "caught").length} of ${rows.length} defects caught by the right finding`,
    );
  }
  if (rounds.length > 0) say(cleanReport(rounds));
  if (busy.processes > 0) say(`beside ${busy.processes} busy processes, where a trial may say nothing`);
  say(`seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s`);
  if (ending.signal.aborted) return 130;
  return allWell(rows, rounds, busy.processes > 0) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  if (!(thrown instanceof Usage)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 3;
}
