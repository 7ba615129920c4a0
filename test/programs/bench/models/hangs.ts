// Two figures of replicas that die, hang or run full while their health is green: how soon a hang behind a green health
// path is seen, and whether a leak is recycled without a failed request. Each is measured on stacks of its own, under
// users' load and without the harness between.

import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { bootStack, type RunningStack } from "../../stack/boot.ts";
import { startLoad } from "../../stack/load.ts";
import { openFeed, type Feed } from "../healer/feed.ts";
import { shown } from "../healer/figures.ts";
import { closedWith, seenAfter } from "../healer/seen.ts";
import { medianFigure, type BenchRow, type BenchSetting, type Reached } from "./row.ts";

const PER_SECOND = 12;
const REPLICA = "inference-2";
const HANG_GOAL_MS = 4000;
/** Until every baseline is known, ms. */
const QUIET_MS = 10_000;
const SEEN_WITHIN_MS = 15_000;
const RECYCLED_WITHIN_MS = 120_000;
/** Keyed prompts of a quarter MiB: some 3 MiB a second, to a limit of 256 MiB. */
const LEAK = { perSecond: 5, words: 4096, letters: 64, limitMiB: "256" };

export const hangBehindGreen: BenchRow = {
  name: "hang behind green health",
  async measure(setting) {
    const times: (number | undefined)[] = [];
    for (let n = 1; n <= setting.rounds; n += 1) {
      const ms = await oneHang(setting);
      times.push(ms);
      setting.say(`hang behind green health ${n}: seen ${shown(ms)}`);
    }
    return [hangFigure(times)];
  },
};

/** What the times from the hang to `detected` come to, ms; undefined: not seen. */
export function hangFigure(times: readonly (number | undefined)[]): Reached {
  return medianFigure("hang behind green health, seen", times, HANG_GOAL_MS);
}

async function oneHang({ root, cacheDir }: BenchSetting): Promise<number | undefined> {
  await using stack = await bootStack({ root, cacheDir, env: () => ({ INFERENCE_PROCESS: "apart" }) });
  await using feed = await openFeed([stack.port("supervisor")]);
  await using load = startLoad(stack.port("gateway"), () => 1000 / PER_SECOND);
  // Not always at the same place of a look's period.
  await sleep(QUIET_MS + Math.random() * 1000);
  if (load.sent() === 0) throw new Error("no question was sent");
  const engine = await engineOf(stack);
  const from = performance.now();
  process.kill(engine, "SIGSTOP");
  const within = { replica: REPLICA, from, withinMs: SEEN_WITHIN_MS };
  await closedWith(feed, within, () => hangSeenAfter(feed.events, from) !== undefined);
  return hangSeenAfter(feed.events, from);
}

/**
 * From the hang to `detected` of the incident that was classified as one, ms. Undefined where none was: that something
 * else was seen at the replica meanwhile is no hang that was seen.
 */
export function hangSeenAfter(events: Feed["events"], from: number): number | undefined {
  return seenAfter(events, from, { class: "replica-hung", scope: { replica: REPLICA } });
}

/** The one child process of the replica. */
async function engineOf(stack: RunningStack): Promise<number> {
  const pid = (await stack.inventory()).find(({ replica }) => replica === REPLICA)?.pid;
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const name of all) {
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (parent === String(pid)) return Number(name);
  }
  throw new Error(`${REPLICA} has no engine of its own`);
}

export const leakRecycled: BenchRow = {
  name: "leak recycled",
  async measure({ root, cacheDir, rounds, say }) {
    const done: Leak[] = [];
    for (let n = 1; n <= rounds; n += 1) {
      const one = await oneLeak(root, cacheDir);
      done.push(one);
      say(`leak ${n}: ${one.isRecycled ? "recycled" : "NOT recycled"}, ${one.failed} of ${one.sent} questions failed`);
    }
    return [leakFigure(done)];
  },
};

interface Leak {
  readonly isRecycled: boolean;
  readonly sent: number;
  readonly failed: number;
}

/** Users' questions that failed while leaks were recycled. One that was not recycled misses the goal. */
export function leakFigure(done: readonly Leak[]): Reached {
  const [sent, failed] = [sumOf(done, (one) => one.sent), sumOf(done, (one) => one.failed)];
  const recycled = done.filter(({ isRecycled }) => isRecycled).length;
  return {
    what: `leak recycled, ${recycled} of ${done.length}`,
    reached: `${failed} of ${sent} questions failed`,
    goal: "none failed, all recycled",
    isKept: done.length > 0 && sent > 0 && failed === 0 && recycled === done.length,
  };
}

function sumOf(all: readonly Leak[], of: (one: Leak) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0);
}

async function oneLeak(root: string, cacheDir: string): Promise<Leak> {
  const env = () => ({ REPLICA_MEMORY_LIMIT_MIB: LEAK.limitMiB });
  await using stack = await bootStack({ root, cacheDir, env });
  await using feed = await openFeed([stack.port("supervisor")]);
  const before = (await stack.inventory()).find(({ replica }) => replica === REPLICA)?.pid;
  await using load = startLoad(stack.port("gateway"), () => 1000 / PER_SECOND);
  const from = performance.now();
  const leaking = startLeak(stack.port(REPLICA.replace("-", "_")));
  const within = { replica: REPLICA, from, withinMs: RECYCLED_WITHIN_MS };
  await closedWith(feed, within, () => wasRecycled(feed.events, from));
  await leaking();
  const after = (await stack.inventory()).find(({ replica }) => replica === REPLICA)?.pid;
  return { isRecycled: wasRecycled(feed.events, from) && after !== before, sent: load.sent(), failed: load.failed() };
}

/** By the action that is measured, from its start to a closed incident: a death and a start anew are none. */
export function wasRecycled(events: Feed["events"], from: number): boolean {
  const own = events.filter(({ at, scope }) => at >= from && scope.replica === REPLICA);
  const started = own.find((event) => event.type === "action.started" && event.pathway === "recycle-before-exhaustion");
  return started !== undefined && own.some(({ type, incident }) => type === "closed" && incident === started.incident);
}

/** Asks the replica straight, under a key of its own each time; the answer ends it. */
function startLeak(port: number): () => Promise<void> {
  const filler = Array.from({ length: LEAK.words }, () => "x".repeat(LEAK.letters)).join(" ");
  const open = new Set<Promise<unknown>>();
  let n = 0;
  const timer = setInterval(() => {
    n += 1;
    const body = { max_tokens: 1, prompt_cache_key: `client-${n}`, messages: [{ role: "user", content: filler }] };
    const url = `http://127.0.0.1:${port}/v1/chat/completions`;
    const one = fetch(url, { method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(5000) })
      .then((answer) => answer.text())
      // While the replica is started anew nobody listens there.
      .catch(() => undefined);
    open.add(one);
    void one.finally(() => open.delete(one));
  }, 1000 / LEAK.perSecond);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
  };
}
