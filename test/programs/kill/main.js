// The kill test: `npm run test:kill -- --n 200 --seed S [--only K] [--jobs J]`. SIGKILL (or a hang) at seeded instants
// in all phases, with all faults, of the harness, of its watchdog, of both; afterwards nothing may be left. Exit code 1
// when anything is.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { faults } from "../../../dist/src/faults/index.js";
import { isAfterFault, neverApplied } from "./applied.js";
import { roundOf } from "./chance.js";
import { runRound } from "./round.js";

const { values } = parseArgs({
  options: {
    n: { type: "string", default: "20" },
    seed: { type: "string", default: String(1 + Math.floor(Math.random() * 1_000_000)) },
    only: { type: "string" },
    jobs: { type: "string", default: "2" },
  },
});
const seed = whole("seed");
/** How often a fault is tried again that no round came to. */
const turnsAgain = 3;
// The target of these rounds has no cluster.
const ofContainers = [
  "networks",
  "quotas",
  "memory",
  "engine",
  "events",
  "disks",
  "releases",
  "nodes",
  "rollouts",
  "managers",
];
// Its index is read back from where it is searched.
const ofOtherIndexes = ["index.read-back"];
const onProcesses = faults.filter(
  ({ name, needs }) => !ofOtherIndexes.includes(name) && !needs.some((control) => ofContainers.includes(control)),
);
const plans = (values.only === undefined ? Array.from({ length: whole("n") }, (_, at) => at + 1) : [whole("only")]).map(
  (number) => roundOf(seed, number, onProcesses),
);

function whole(name) {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 1) return number;
  process.stderr.write(`--${name} is ${JSON.stringify(values[name])}; expected a whole number from 1\n`);
  return process.exit(3);
}

/** The target's own files outlive every stack: none of their bytes may change. */
function workspaceHash() {
  const folder = join(import.meta.dirname, "workspace");
  const hash = createHash("sha256");
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    hash.update(path);
    if (entry.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

function tellFailure({ plan, residues, said, log, folder }) {
  process.stdout.write(
    `round ${plan.number}: ${plan.fault.name}, ${plan.strike}, ${plan.delayMs} ms into ${plan.moment.phase}\n` +
      residues.map((what) => `  LEFT  ${what}\n`).join("") +
      `  again: npm run test:kill -- --seed ${seed} --only ${plan.number}    (its folder: ${folder})\n` +
      `  the run said:\n${indented(said)}\n  its watchdogs said:\n${indented(log)}\n`,
  );
}

function indented(text) {
  return text.trimEnd().replaceAll(/^/gm, "    ");
}

function table(results) {
  const cells = new Map();
  for (const { plan, struck, residues } of results) {
    const key = [plan.moment.phase, plan.fault.name, struck ? plan.strike : "ended before"].join(" | ");
    const cell = cells.get(key) ?? { rounds: 0, residues: 0 };
    cells.set(key, { rounds: cell.rounds + 1, residues: cell.residues + residues.length });
  }
  const lines = [...cells].sort(([a], [b]) => a.localeCompare(b));
  const width = Math.max(...lines.map(([key]) => key.length));
  return lines
    .map(([key, cell]) => `${key.padEnd(width)} | ${cell.rounds} rounds, ${cell.residues} residues\n`)
    .join("");
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

const hashBefore = workspaceHash();
const started = performance.now();
const results = [];
const queue = [...plans];
async function worker() {
  for (let plan = queue.shift(); plan !== undefined; plan = queue.shift()) {
    const result = await runRound(plan);
    results.push(result);
    if (result.residues.length > 0) tellFailure(result);
  }
}
const work = () => Promise.all(Array.from({ length: whole("jobs") }, worker));
await work();
// On a busy machine a baseline is starved, and a trial with such a one injects nothing: its round shows nothing, and is
// drawn again. A fault that is refused is refused each time.
for (let turn = 1; turn <= turnsAgain && neverApplied(results).length > 0; turn += 1) {
  const again = new Set(neverApplied(results));
  process.stdout.write(`once more, since no run came to its fault: ${[...again].join(", ")}\n`);
  for (const name of again) queue.push(plans.find(({ fault, moment }) => fault.name === name && isAfterFault(moment)));
  await work();
}

const changed = workspaceHash() === hashBefore ? 0 : 1;
const count = changed + results.reduce((sum, { residues }) => sum + residues.length, 0);
const times = results.map(({ watchdogMs }) => watchdogMs).filter((ms) => ms !== undefined);
times.sort((a, b) => a - b);
process.stdout.write(`\nphase | fault | struck\n${table(results)}\n`);
if (changed > 0) process.stdout.write("LEFT  files of the target's own folder have changed\n");
if (times.length > 0) {
  process.stdout.write(
    `watchdog alone, from the harness's end to its own, everything undone: p50 ${Math.round(quantile(times, 0.5))} ms, ` +
      `max ${Math.round(times.at(-1))} ms, over 2 s in ${times.filter((ms) => ms > 2_000).length} of ${times.length} rounds\n`,
  );
}
process.stdout.write(
  `${results.length} rounds (${results.filter(({ struck }) => struck).length} struck, the others ended before), ` +
    `${count} residues, seed ${seed}, ${Math.round((performance.now() - started) / 1_000)} s\n`,
);
// A run that ends before its moment shows nothing: with few strikes "0 residues" would be no news.
const [struck, enough] = [results.filter((result) => result.struck).length, Math.ceil((results.length * 2) / 3)];
const isShown = values.only !== undefined || struck >= enough;
if (!isShown)
  process.stdout.write(`too few rounds were struck to show anything: ${struck}, expected at least ${enough}\n`);
const refused = neverApplied(results);
if (refused.length > 0) process.stdout.write(`never in place, so nothing is shown of: ${refused.join(", ")}\n`);
process.exitCode = count === 0 && isShown && refused.length === 0 ? 0 : 1;
