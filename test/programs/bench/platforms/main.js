// `npm run bench:platforms [-- --runs 6 --kills 50 --seed 1 --only kills]`: the figures that the platform docker has to
// keep, by the built command on a real engine: DOCKER_HOST's, or a private one (Linux, root); `init` needs none, and
// is on supervisord. Ends with 1 when one is missed, with 3 when it is asked for what there is not. Best on a machine
// that does nothing else.

import { parseArgs } from "node:util";
import { openBenchEngine } from "./engine.js";
import { measureFirstVerdict } from "./first-verdict.js";
import { measureKills } from "./kills.js";
import { measureTrials } from "./trials.js";

const rows = { trials: measureTrials, kills: measureKills, init: measureFirstVerdict };
/** Those that need an engine. */
const onEngine = [measureTrials, measureKills];
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "6" },
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});
const numbers = ["runs", "kills", "seed"].map((name) => [name, Number(values[name])]);
const wrong = numbers.filter(([, number]) => !Number.isInteger(number) || number < 1 || number > 1_000_000);
const chosen = Object.entries(rows).filter(([name]) => name.includes(values.only));
if (wrong.length > 0 || chosen.length === 0) {
  const found = Object.entries(values).map(([name, value]) => `--${name} ${value}`);
  process.stderr.write(
    `${found.join(" ")}: expected whole numbers from 1, and for only: ${Object.keys(rows).join(" or ")}\n`,
  );
  process.exit(3);
}
const asked = { ...Object.fromEntries(numbers), say: (line) => process.stdout.write(`${line}\n`) };
const engine = chosen.some(([, measure]) => onEngine.includes(measure)) ? await openBenchEngine() : undefined;
const all = [];
try {
  for (const [, measure] of chosen) all.push(...(await measure({ engine, ...asked })));
} finally {
  await engine?.[Symbol.asyncDispose]();
}
process.stdout.write("\n");
for (const { what, reached, goal, isKept } of all) {
  process.stdout.write(`${isKept ? "kept" : "MISSED"}  ${what}: ${reached}, goal ${goal}\n`);
}
process.exitCode = all.every(({ isKept }) => isKept) ? 0 : 1;
