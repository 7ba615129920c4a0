// `npm run calibrate:compare -- [--pairs 500] [--seed 1]`: the error rates of `rebound compare` on simulated nights.
// Prints every figure; exit code 1 when A/A nights are shown to be wrong in more than 2.5 % (so few pairs see less than
// twice as much by luck only: the share from which on they see it is printed), or a loop that is 1.5 times slower is
// found in less than 80 % at 20 trials a side with the spread that reports/README.md names.

import { parseArgs } from "node:util";
import { shareText } from "../../../src/core/text.ts";
import { mostWrong } from "../../../src/verdict/compare-rows.ts";
import { calm, foundNights, isKept, seenFrom, wrongNights, type Counted } from "./figures.ts";

const { values } = parseArgs({
  options: { pairs: { type: "string", default: "500" }, seed: { type: "string", default: "1" } },
});
const [pairs, seed] = [Number(values.pairs), Number(values.seed)];
if (!Number.isInteger(pairs) || pairs < 1 || !Number.isInteger(seed)) {
  process.stderr.write("--pairs is a whole number from 1, --seed a whole number\n");
  process.exit(3);
}
const leastFound = 0.8;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const text = ({ hits, of, lo, hi }: Counted): string =>
  `${hits} of ${of}, ${shareText(hits / of)} (95 % ${shareText(lo)} to ${shareText(hi)})`;

let ok = true;
for (const [name, truth] of [
  ["one intent", calm],
  ["ten intents", { ...calm, intents: 10 }],
  ["a machine that changes by 10 %", { ...calm, machine: 0.1 }],
  ["a machine that changes by 30 %, timers alone", { ...calm, machine: 0.3, bound: 0 }],
  ["a machine that changes by 30 %, work alone", { ...calm, machine: 0.3, bound: 1 }],
  ["spread 0.6, a tenth never recovers", { ...calm, spread: 0.6, stuck: 0.1 }],
] as const) {
  const wrong = wrongNights(pairs, truth, seed);
  const kept = isKept(wrong, mostWrong);
  ok &&= kept;
  print(`A/A, ${name}: wrong ${text(wrong)}, bound ${shareText(mostWrong)}${kept ? "" : "  NOT KEPT"}`);
}
const seen = shareText(seenFrom(pairs, mostWrong));
print(`A/A: ${pairs} pairs find the bound broken in 95 % of cases where ${seen} or more are wrong`);
for (const [spread, asked] of [
  [0.25, true],
  [0.3, true],
  [0.35, false],
  [0.4, false],
  [0.45, false],
  [0.55, false],
] as const) {
  const found = foundNights(pairs, { ...calm, spread }, 1.5, seed);
  const enough = !asked || found.hits / found.of >= leastFound;
  ok &&= enough;
  const bound = asked ? `, bound ${shareText(leastFound)}${enough ? "" : "  NOT KEPT"}` : "";
  print(`1.5 times slower, spread ${spread}, 20 trials a side: found ${text(found)}${bound}`);
}
const unsteady = foundNights(pairs, { ...calm, machine: 0.1 }, 1.5, seed);
print(`1.5 times slower, spread 0.35, a machine that changes by 10 %: found ${text(unsteady)}`);
const many = foundNights(pairs, { ...calm, intents: 10, spread: 0.25 }, 1.5, seed);
print(`1.5 times slower, spread 0.25, the first of ten intents: found ${text(many)}`);
if (!ok) process.exitCode = 1;
