// The intents of the language model, run one after the other: `npm run test:real-model -- [--only a,b] [--seed S]`.
// Ends with `N passed, N failed`; a trial that could not be judged counts as skipped. Exit code 1 when one failed, 3
// when the language model is not installed or an option is not understood.

import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { readStackConfig } from "../../../targets/reference-ai-stack/config.ts";
import { whyNoLlama } from "../../../targets/reference-ai-stack/inference/llama/library.ts";
import { oneRun } from "../sabotage/one-run.ts";
import { Usage } from "../starved/options.ts";

/** A run of one intent with both arms takes minutes: an answer takes a second of a processor. */
const LONGEST_MS = 900_000;

function root(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

const folder = join(root(), "experiments/language-model");

function chosen(args: readonly string[]): { readonly names: readonly string[]; readonly seed: number } {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: "string" }, seed: { type: "string", default: "20261129" } },
  });
  const known = readdirSync(folder).map((name) => name.replace(/\.yaml$/, ""));
  const names = values.only?.split(",").map((name) => name.trim()) ?? known;
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Usage(`--only names ${unknown.join(", ")}; expected some of ${known.join(", ")}`);
  if (!/^\d{1,9}$/.test(values.seed)) throw new Usage(`--seed is ${values.seed}; expected a whole number from 0`);
  return { names, seed: Number(values.seed) };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<number> {
  const { names, seed } = chosen(process.argv.slice(2));
  const missing = whyNoLlama(readStackConfig(process.env).inference.weightsDir);
  if (missing !== null) throw new Usage(missing);
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const name of names) {
    const choice = [join(folder, `${name}.yaml`)];
    const order = {
      root: root(),
      choice,
      seed,
      sabotage: undefined,
      signal: interrupted.signal,
      longestMs: LONGEST_MS,
    };
    const { trials, exitCode, text } = await oneRun(order);
    say(text.trimEnd());
    if (trials.length === 0) counts.failed += 1;
    for (const { verdict } of trials) {
      const { outcome } = verdict;
      if (outcome === "pass") counts.passed += 1;
      else if (outcome === "inconclusive" || outcome === "invalid") counts.skipped += 1;
      else counts.failed += 1;
    }
    say(`${name}: exit code ${exitCode}`);
    if (interrupted.signal.aborted) break;
  }
  say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0 && !interrupted.signal.aborted ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Usage) && !(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
}
