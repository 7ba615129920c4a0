// What benches of rows share: which rows, how often, what came of each against its goal, and the exit code.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { endOnSignals } from "../stack/boot.ts";
import type { BenchRow, Reached } from "./models/row.ts";

const here = resolve(import.meta.dirname, "../../../..");
const LEAST_MINUTES = 0.5;
const [MOST_ROUNDS, MOST_MINUTES] = [100, 1440];

/**
 * Measures the rows that `--only` names, prints what they reached, and has the process end with 1 when one is missed, 3
 * when it is asked for what there is not. `minutes`: for as long a row watches that repeats nothing, unless `--minutes`
 * says otherwise; absent: there is no such row, and no such option.
 */
export async function runRows(rows: readonly BenchRow[], { minutes }: { readonly minutes?: number } = {}) {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "12" },
      only: { type: "string", default: "" },
      cache: { type: "string", default: join(here, ".cache/reference-ai-stack") },
      // The folder of another build, built: what it has of a row is measured of its stack.
      build: { type: "string", default: here },
      ...(minutes !== undefined && { minutes: { type: "string", default: String(minutes) } }),
    },
  });
  const asked = { rounds: Number(values.rounds), minutes: Number(values.minutes ?? 1) };
  const chosen = rows.filter(({ name }) => name.includes(values.only));
  const root = resolve(values.build);
  const prepare = join(root, "dist/targets/reference-ai-stack/prepare.js");
  const isRight =
    existsSync(prepare) &&
    Number.isInteger(asked.rounds) &&
    asked.rounds >= 1 &&
    asked.rounds <= MOST_ROUNDS &&
    asked.minutes >= LEAST_MINUTES &&
    asked.minutes <= MOST_MINUTES &&
    chosen.length > 0;
  if (!isRight) {
    const found = Object.entries({
      rounds: values.rounds,
      minutes: values.minutes,
      only: values.only,
      build: values.build,
    });
    const words = found.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`])).join(" ");
    const expected = `rounds: a whole number from 1 to ${MOST_ROUNDS}; minutes: ${LEAST_MINUTES} to ${MOST_MINUTES}`;
    const names = rows.map(({ name }) => name).join(", ");
    console.error(`${words}: expected ${expected}; only: one of ${names}; build: a folder where ${prepare} is built`);
    process.exit(3);
  }
  endOnSignals();
  const cacheDir = values.cache;
  await promisify(execFile)(process.execPath, [prepare], { env: { ...process.env, STACK_CACHE_DIR: cacheDir } });
  const all: Reached[] = [];
  for (const row of chosen) {
    all.push(...(await row.measure({ root, cacheDir, ...asked, say: (line) => console.log(line) })));
  }
  console.log("");
  for (const { what, reached, goal, isKept } of all) {
    console.log(`${isKept ? "kept" : "MISSED"}  ${what}: ${reached}, goal ${goal}`);
  }
  process.exitCode = all.every(({ isKept }) => isKept) ? 0 : 1;
}
