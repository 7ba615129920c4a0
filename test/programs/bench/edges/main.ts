// `npm run bench:edges [-- --rounds 9 --minutes 5 --attacks 9 --honest 10000 --cache DIR]`: how long from the loss of
// the path between gateway and inference to the other one in use, each round on a stack of its own and under load; how
// often the path is changed while a link is down for 2 s and up for 3 s by turns; and how long from the first guess at
// the gateway's door to the first that is turned away, each attack from another address, while honest users log in from
// those beside it. Ends with 1 when a goal is missed. Best on a machine that does nothing else.

import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { z } from "zod";
import { bootStack, endOnSignals, type RunningStack } from "../../stack/boot.ts";
import { startLoad } from "../../stack/load.ts";
import { blockRow, flapRow, honestRow, lossRow } from "./figures.ts";
import { guessUntilBlocked, honestLogIns } from "./guessing.ts";
import { openLinks, type Links } from "./links.ts";

const PER_SECOND = 12;
const GUESSES = { perSecond: 25, withinMs: 15_000 };
const HONEST_PER_SECOND = 40;
/**
 * Between two attacks, ms. The healer acts on the gateway once in 10 s at most, so that another address which guesses
 * sooner after a block is turned away later by what is left of these. Blocks that held are no attempts: no back-off.
 */
const APART_MS = 20_000;
const TURNS = { down: 2000, up: 3000 };
const REROUTED_WITHIN_MS = 15_000;
/** Looks at the gateway while a change is awaited; a figure is late by this much at most. */
const LOOK_EVERY_MS = 10;
/** Every try of both paths was answered for so long before a path is lost, ms. */
const CALM_MS = 4000;
const CALM_WITHIN_MS = 60_000;
const root = resolve(import.meta.dirname, "../../../../..");

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    minutes: { type: "string", default: "5" },
    attacks: { type: "string", default: "9" },
    honest: { type: "string", default: "10000" },
    cache: { type: "string", default: join(root, ".cache/reference-ai-stack") },
  },
});
const [rounds, minutes] = [Number(values.rounds), Number(values.minutes)];
if (!Number.isInteger(rounds) || rounds < 0 || rounds > 100 || !(minutes >= 0 && minutes <= 60)) {
  console.error(`--rounds ${values.rounds} --minutes ${values.minutes}: expected 0 to 100 rounds, 0 to 60 minutes`);
  process.exit(3);
}
const [attacks, honest] = [Number(values.attacks), Number(values.honest)];
if (!Number.isInteger(attacks) || attacks < 0 || attacks > 100 || !Number.isInteger(honest) || honest < 1) {
  console.error(`--attacks ${values.attacks} --honest ${values.honest}: expected 0 to 100 attacks, 1 or more log-ins`);
  process.exit(3);
}
endOnSignals();

const pathSchema = z.object({ path: z.string(), inUse: z.boolean(), wholeMs: z.number() });
const viewSchema = z.object({
  upstreams: z.array(z.object({ service: z.string(), paths: z.array(pathSchema).default([]) })),
});

/** The paths to every inference replica, by the gateway's word. */
async function pathsOf(stack: RunningStack): Promise<readonly z.infer<typeof pathSchema>[]> {
  const answer = await fetch(`http://127.0.0.1:${stack.port("gateway")}/internal/upstreams?back=1`);
  return viewSchema.parse(await answer.json()).upstreams.flatMap(({ paths }) => paths);
}

/** The one path in use; undefined while replicas are reached by different ones. */
async function inUse(stack: RunningStack): Promise<string | undefined> {
  const names = new Set((await pathsOf(stack)).flatMap((one) => (one.inUse ? [one.path] : [])));
  return names.size === 1 ? [...names][0] : undefined;
}

/** A stack under load, on the primary path, whose healer has seen it well; its links are up. */
async function withStack<T>(use: (stack: RunningStack, links: Links) => Promise<T>): Promise<T> {
  await using links = await openLinks();
  await using stack = await bootStack({ root, cacheDir: values.cache, env: () => links.env });
  await using load = startLoad(stack.port("gateway"), () => 1000 / PER_SECOND);
  const until = performance.now() + CALM_WITHIN_MS;
  for (;;) {
    const paths = await pathsOf(stack);
    if (paths.length === 4 && paths.every(({ wholeMs }) => wholeMs >= CALM_MS)) break;
    if (performance.now() > until) throw new Error(`the paths were not calm: ${JSON.stringify(paths)}`);
    await sleep(100);
  }
  const before = { sent: load.sent(), failed: load.failed() };
  const result = await use(stack, links);
  console.log(
    `  ${load.failed() - before.failed} of ${load.sent() - before.sent} questions not answered whole meanwhile`,
  );
  return result;
}

/** Ms until the other path was in use; undefined: not in time. */
async function loseOnce(stack: RunningStack, links: Links): Promise<number | undefined> {
  // Losses must not always fall on the same place of a look's period.
  await sleep(Math.random() * 500);
  const from = performance.now();
  links.goDown();
  while (performance.now() - from < REROUTED_WITHIN_MS) {
    if ((await inUse(stack)) === "alternative") return performance.now() - from;
    await sleep(LOOK_EVERY_MS);
  }
  return undefined;
}

/** How often the path was changed. */
async function flapFor(ms: number, stack: RunningStack, links: Links): Promise<number> {
  let [last, changes]: [string, number] = ["primary", 0];
  const until = performance.now() + ms;
  links.goDown(TURNS);
  while (performance.now() < until) {
    const now = await inUse(stack);
    if (now !== undefined && now !== last) [last, changes] = [now, changes + 1];
    await sleep(10 * LOOK_EVERY_MS);
  }
  return changes;
}

/** Attacks one after the other, each from another address, while honest users log in beside them. */
async function guessAll() {
  await using stack = await bootStack({ root, cacheDir: values.cache, env: () => ({ STACK_ACCOUNTS: "demo" }) });
  await using load = startLoad(stack.port("gateway"), () => 1000 / PER_SECOND);
  const port = stack.port("gateway");
  const from = ["127.0.0.1", "127.0.1.100", "127.0.1.101", "127.0.1.102"];
  const users = honestLogIns(port, { from, perSecond: HONEST_PER_SECOND, count: honest });
  const blocked: (number | undefined)[] = [];
  for (let attack = 1; attack <= attacks; attack += 1) {
    await sleep(APART_MS + Math.random() * 500);
    const ms = await guessUntilBlocked(port, { from: `127.0.1.${attack}`, ...GUESSES });
    blocked.push(ms);
    console.log(`${attack}: ${ms === undefined ? "not turned away" : `turned away after ${ms.toFixed(0)} ms`}`);
  }
  const counts = await users;
  console.log(`  ${load.failed()} of ${load.sent()} questions not answered whole meanwhile`);
  return [blockRow(blocked), honestRow(counts)];
}

await promisify(execFile)(process.execPath, [join(root, "dist/targets/reference-ai-stack/prepare.js")], {
  env: { ...process.env, STACK_CACHE_DIR: values.cache },
});
const times: (number | undefined)[] = [];
for (let round = 1; round <= rounds; round += 1) {
  const ms = await withStack(loseOnce);
  times.push(ms);
  console.log(`${round}: ${ms === undefined ? "not rerouted" : `rerouted after ${ms.toFixed(0)} ms`}`);
}
const rows = [
  ...(attacks > 0 ? await guessAll() : []),
  ...(rounds > 0 ? [lossRow(times)] : []),
  ...(minutes > 0
    ? [
        flapRow(
          await withStack((stack, links) => flapFor(minutes * 60_000, stack, links)),
          Math.floor((minutes * 60_000) / (TURNS.down + TURNS.up)),
          minutes,
        ),
      ]
    : []),
];
for (const { what, reached, goal, state } of rows) console.log(`${state.padEnd(11)} ${what}: ${reached}, goal ${goal}`);
if (rows.some(({ state }) => state === "missed")) process.exitCode = 1;
