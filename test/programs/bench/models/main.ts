// `npm run bench:models [-- --rounds 12 --only "equal roll-out"]`: the figures that serving has to keep, on real
// stacks, each under users' load. Ends with 1 when one is missed. Best on a machine that does nothing else.

import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { endOnSignals } from "../../stack/boot.ts";
import type { Reached } from "./row.ts";
import { ROWS } from "./rows.ts";

const root = resolve(import.meta.dirname, "../../../../..");
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "12" },
    only: { type: "string", default: "" },
    cache: { type: "string", default: join(root, ".cache/reference-ai-stack") },
  },
});
const rounds = Number(values.rounds);
const rows = ROWS.filter(({ name }) => name.includes(values.only));
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100 || rows.length === 0) {
  const known = ROWS.map(({ name }) => name).join(", ");
  console.error(
    `--rounds ${values.rounds} --only ${values.only}: expected a whole number from 1 to 100, one of ${known}`,
  );
  process.exit(3);
}
endOnSignals();
await promisify(execFile)(process.execPath, [join(root, "dist/targets/reference-ai-stack/prepare.js")], {
  env: { ...process.env, STACK_CACHE_DIR: values.cache },
});

const all: Reached[] = [];
for (const row of rows) {
  all.push(...(await row.measure({ root, cacheDir: values.cache, rounds, say: (line) => console.log(line) })));
}
console.log("");
for (const { what, reached, goal, isKept } of all) {
  console.log(`${isKept ? "kept" : "MISSED"}  ${what}: ${reached}, goal ${goal}`);
}
process.exitCode = all.every(({ isKept }) => isKept) ? 0 : 1;
