// `npm run bench:healer [-- --rounds 12 --before 1b57db7 --only crash]`: this build and the one before, in turns on the
// same machine: how long from a fault to `detected` on the feed, under the load of the smoke suite; what the healer
// says while nothing is wrong; and what it takes of a processor. Ends with 1 when this build misses a goal. Best on a
// machine that does nothing else.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { bootStack, endOnSignals } from "../../stack/boot.ts";
import { healerUse } from "../../stack/healer-use.ts";
import { startLoad } from "../../stack/load.ts";
import { buildOf, hasCommit } from "../start/one-start.ts";
import { FAULTS, openEdge, type BenchFault, type Site } from "./faults.ts";
import { openFeed, type Feed } from "./feed.ts";
import { goalsOf, shown, summarise, type Sighting } from "./figures.ts";

/** The last build before the machinery of the healing loop. */
const BEFORE = "1b57db7";
const PER_SECOND = 12;
/** Without a fault before the first one, s: long enough for every baseline. */
const QUIET_MS = 10_000;
const SEEN_WITHIN_MS = 15_000;
const CLOSED_WITHIN_MS = 10_000;
const root = resolve(import.meta.dirname, "../../../../..");

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "12" },
    before: { type: "string", default: BEFORE },
    /** Rounds of the build before; absent: as many. */
    "before-rounds": { type: "string" },
    only: { type: "string", default: "" },
    cache: { type: "string", default: join(root, ".cache/reference-ai-stack") },
    /** This build alone. */
    alone: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const roundsBefore = Number(values["before-rounds"] ?? rounds);
if ([rounds, roundsBefore].some((count) => !Number.isInteger(count) || count < 1 || count > 100)) {
  console.error(`--rounds ${values.rounds} --before-rounds ${roundsBefore}: expected whole numbers from 1 to 100`);
  process.exit(3);
}
if (!values.alone && !(await hasCommit(root, values.before))) {
  console.error(`there is no commit ${values.before} here; a shallow clone gets it by \`git fetch --unshallow\``);
  process.exit(3);
}
const faults = FAULTS.filter(({ name }) => name.includes(values.only));
const run = promisify(execFile);
endOnSignals();

interface Round {
  readonly sightings: readonly Sighting[];
  /** What was detected before the first fault, in the healer's words. */
  readonly falseAlarms: readonly string[];
  readonly longestGapMs: number;
  /** Of one core, while nothing is wrong. */
  readonly cpuShare: number;
  readonly memoryMiB: number;
  /** Share of the questions without a whole answer, over all of the round. */
  readonly failed: number;
}

async function oneRound(folder: string): Promise<Round> {
  let inference = 0;
  await using edge = await openEdge(() => inference);
  await using stack = await bootStack({
    root: folder,
    cacheDir: values.cache,
    env: (port) => {
      inference = port("inference_1");
      return { GATEWAY_TO_INFERENCE_1: edge.address };
    },
  });
  await using feed = await openFeed([stack.port("supervisor"), stack.port("healer")]);
  await using load = startLoad(stack.port("gateway"), () => 1000 / PER_SECOND);
  const before = await healerUse(stack);
  await sleep(QUIET_MS);
  const after = await healerUse(stack);
  const falseAlarms = feed.events.filter(({ type }) => type === "detected").map(({ reasons }) => reasons.join("; "));
  const longestGapMs = feed.longestGapMs();
  const sightings: Sighting[] = [];
  for (const fault of faults) sightings.push(await oneFault(fault, { stack, edge }, feed));
  const cpuShare = (after.cpuMs - before.cpuMs) / QUIET_MS;
  const failed = load.failed() / load.sent();
  return { sightings, falseAlarms, longestGapMs, cpuShare, memoryMiB: after.memoryMiB, failed };
}

async function oneFault(fault: BenchFault, site: Site, feed: Feed): Promise<Sighting> {
  // Faults must not always fall on the same place of a look's period.
  await sleep(500 + Math.random() * 500);
  const harm = await fault.arm(site);
  const from = performance.now();
  const undo = harm();
  const detected = await feed.next("detected", fault.replica, from, SEEN_WITHIN_MS);
  const seenMs = detected === undefined ? 0 : detected.at - from;
  const classified = await feed.next("classified", fault.replica, from, seenMs + 5000);
  await feed.next("closed", fault.replica, from, seenMs + CLOSED_WITHIN_MS);
  undo();
  const { name, notBy } = fault;
  const isOther = notBy !== undefined && detected?.reasons.some((says) => says.startsWith(`${notBy}:`)) === true;
  if (isOther) return { fault: name, ms: undefined, as: `not counted: seen by ${notBy}`, counts: false };
  return { fault: name, ms: detected === undefined ? undefined : seenMs, as: classified?.class, counts: true };
}

/** What stacks read, made once; a build before may share it. */
await run(process.execPath, [join(root, "dist/targets/reference-ai-stack/prepare.js")], {
  env: { ...process.env, STACK_CACHE_DIR: values.cache },
});

const folder = await mkdtemp(join(tmpdir(), "rebound-healer-"));
try {
  const { stdout: now } = await run("git", ["-C", root, "rev-parse", "--short", "HEAD"]);
  const builds: [string, string][] = [[now.trim(), root]];
  if (!values.alone) {
    const old = join(folder, "before");
    await buildOf(root, values.before, old);
    builds.push([values.before, old]);
  }
  console.log(`${builds.map(([name]) => name).join(" beside ")}, ${rounds} rounds, ${PER_SECOND} questions a second`);
  const all = new Map<string, Round[]>(builds.map(([name]) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, built] of round % 2 === 1 ? builds : builds.toReversed()) {
      if (built !== root && round > roundsBefore) continue;
      const one = await oneRound(built);
      all.get(name)?.push(one);
      const times = one.sightings.map(({ fault, ms, as }) => `${fault} ${shown(ms)} ${as ?? ""}`);
      console.log(`${round} ${name}: ${times.join(", ")}; false alarms ${one.falseAlarms.length}`);
      for (const says of one.falseAlarms) console.log(`  false: ${says}`);
    }
  }
  for (const [name, done] of all) {
    const isKept = print(name, done);
    // The build before is there to compare with; it need not keep what it was never asked to.
    if (name === builds[0]?.[0] && !isKept) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Prints every goal with what came of it; false when one was missed. */
function print(name: string, done: readonly Round[]): boolean {
  console.log(`\n${name}`);
  for (const { name: fault } of faults) {
    const { n, seen, lowMs, highMs } = summarise(timesOf(fault, done));
    console.log(`  ${fault}: seen ${seen} of ${n}, 95 % interval of the median ${shown(lowMs)} to ${shown(highMs)}`);
  }
  const most = (of: (round: Round) => number): number => Math.max(...done.map(of));
  const goals = goalsOf({
    faults: faults.map(({ name: fault, goalMs }) => ({ name: fault, goalMs, times: timesOf(fault, done) })),
    falseAlarms: done.reduce((sum, { falseAlarms }) => sum + falseAlarms.length, 0),
    quietS: (done.length * QUIET_MS) / 1000,
    longestGapMs: most(({ longestGapMs }) => longestGapMs),
    cpuShare: summarise(done.map(({ cpuShare }) => cpuShare)).medianMs,
    memoryMiB: most(({ memoryMiB }) => memoryMiB),
  });
  for (const { what, reached, goal, state } of goals) console.log(`  ${state.padEnd(11)} ${what}: ${reached}, ${goal}`);
  return goals.every(({ state }) => state !== "missed");
}

function timesOf(fault: string, done: readonly Round[]): readonly (number | undefined)[] {
  return done.flatMap(({ sightings }) =>
    sightings.filter((one) => one.fault === fault && one.counts).map(({ ms }) => ms),
  );
}
