// `npm run test:starved -- [--busy 10] [--nice 0] [--apart] [--seeds 1,2,3,4,5] [--suite smoke | --intents a,b]`: the
// stack that heals well, beside busy processes. None of its trials may fail or leave residue: what a starved machine
// does is not the stack's. With `--busy 0` every one must pass: a quiet machine is no excuse. Exit code 1 when that is
// not so. For planted defects beside them: `npm run test:sabotage -- --busy 10`.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { oneRun } from "../sabotage/one-run.ts";
import { startBusy, type Busy } from "./busy-processes.ts";
import { against, countsOf, reasonsOf, tableOf, type Round } from "./outcomes.ts";
import { busyOf, Usage } from "./options.ts";

interface Options {
  readonly busy: Busy;
  readonly seeds: readonly number[];
  /** Arguments of `rebound run` that choose the intents. */
  readonly choice: readonly string[];
}

/** One run of the suite takes four minutes when it is quick; after this, ms, it is ended. */
const longestMs = 900_000;

/** What a run exits with that came to its end: pass, fail or residue, inconclusive or invalid. */
const judgedExits: ReadonlySet<number> = new Set([0, 1, 2]);

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      busy: { type: "string", default: "10" },
      nice: { type: "string", default: "0" },
      apart: { type: "boolean", default: false },
      seeds: { type: "string", default: "1,2,3,4,5" },
      suite: { type: "string", default: "smoke" },
      intents: { type: "string" },
    },
  });
  const seeds = values.seeds.split(",").map(Number);
  if (seeds.length === 0 || !seeds.every((seed) => Number.isInteger(seed) && seed >= 1)) {
    throw new Usage(
      `--seeds is ${JSON.stringify(values.seeds)}; expected whole numbers from 1, with commas between them`,
    );
  }
  const files = values.intents?.split(",").map((intent) => join("experiments", `${intent.trim()}.yaml`));
  return { busy: busyOf(values), seeds, choice: files ?? ["--suite", values.suite] };
}

function root(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function roundOf(seed: number, choice: readonly string[], signal: AbortSignal): Promise<Round> {
  const started = performance.now();
  const order = { root: root(), choice, seed, sabotage: undefined, signal, longestMs };
  const { trials, exitCode, text } = await oneRun(order);
  const tookMs = performance.now() - started;
  const broke = trials.length === 0 || exitCode === null || !judgedExits.has(exitCode);
  const trouble = `the run exited with ${exitCode}, ${trials.length} trials were judged:\n${text}`;
  return { seed, trials, tookMs, ...(broke && { trouble }) };
}

async function main(): Promise<number> {
  const { busy, seeds, choice } = optionsOf(process.argv.slice(2));
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => ending.abort());
  const rounds: Round[] = [];
  const children = await startBusy(busy);
  try {
    for (const seed of seeds) {
      if (ending.signal.aborted) break;
      const round = await roundOf(seed, choice, ending.signal);
      rounds.push(round);
      say(`seed ${seed}: ${countsOf([round])} (${Math.round(round.tookMs / 1000)} s)`);
    }
  } finally {
    await children[Symbol.asyncDispose]();
  }
  say(`\n${tableOf(rounds)}\n`);
  for (const reason of reasonsOf(rounds)) say(reason);
  const bad = against(rounds, busy.processes === 0);
  const beside = `beside ${busy.processes} busy processes (nice ${busy.nice.join(" and ")}${busy.apart ? ", apart" : ""})`;
  say(`\n${countsOf(rounds)} in ${rounds.length} runs ${beside}; ${bad.length} not well`);
  for (const why of bad) say(`  ${why}`);
  if (ending.signal.aborted) return 130;
  return bad.length === 0 && rounds.length > 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  if (!(thrown instanceof Usage)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 3;
}
