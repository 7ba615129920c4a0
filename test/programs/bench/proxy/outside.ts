// What clients that are not ours see of the proxies, in turns within one run: round trips by redis-benchmark, bytes by
// iperf3, a delay by redis-benchmark again. Beside them the floors: sockets piped in Node, and a relay in C.

import { execFile, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../../support/free-port.ts";
import { medianOfRounds, ratioOfRounds, ratioText, type MedianOfRounds } from "../telemetry/figures.ts";
import { timerErrors, quantile } from "./rounds.ts";
import { startBeside, startProxies, type RunningProxy } from "./servers.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../../../../..");
const tools = join(root, ".cache/tools/outside/usr");
const env = { ...process.env, LD_LIBRARY_PATH: join(tools, "lib/x86_64-linux-gnu") };
const [redis, iperf] = [join(tools, "bin/redis-benchmark"), join(tools, "bin/iperf3")];
const relayInC = "relay in C";
const delayMs = 50;
const delayedTrips = 100;
const secondsOfBytes = 1;
/** A go of iperf3 that takes longer hangs; so often it is tried. */
const [mostSecondsOfGo, mostGoes] = [8, 5];

interface Way {
  readonly name: string;
  /** Ports that lead to Redis and to iperf3's server. */
  readonly redis: number;
  readonly iperf: number;
  /** Where that server listens. */
  readonly iperfServer: number;
  readonly proxy?: RunningProxy;
}

/** A figure of the issue: what it came to, and whether the lower (or upper) end of its interval keeps the goal. */
export interface OutsideFigure {
  readonly what: string;
  readonly reached: string;
  readonly goal: string;
  readonly isKept: boolean;
}

/** Why nothing can be measured here, or undefined. */
export function noOutsideClient(): string | undefined {
  if (existsSync(redis) && existsSync(iperf)) return undefined;
  return "no client that is not ours: bash test/support/install-bench-tools.sh";
}

/** Measures every figure, telling each as it comes. `build`: the folder of another build, built. */
export async function measureOutside(
  rounds: number,
  build: string | undefined,
  say: (line: string) => void,
): Promise<readonly OutsideFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), "rebound-bench-"));
  try {
    const ways = await startWaysOutside(folder, build);
    const inTurn = inTurns(ways, rounds);
    // One that blocks on a slow reader, as that relay does, is no relay for many.
    const forMany = inTurns(
      ways.filter(({ name }) => name !== relayInC),
      rounds,
    );
    const figures: OutsideFigure[] = [];
    const tell = (what: string, seen: PerWay, goal: number): void => {
      const ratio = ratioTo(seen, "ours", "real");
      const others = [...seen.keys()].filter((name) => name !== "real" && name !== "ours");
      say(
        `${what}\n  medians: ${[...seen].map(([name, values]) => `${name} ${middle(values).toFixed(0)}`).join(", ")}`,
      );
      say(`  ÷ real: ${others.map((name) => `${name} ${ratioTo(seen, name, "real").median.toFixed(2)}`).join(", ")}`);
      if (build !== undefined) say(`  ours ÷ before: ${ratioText(ratioTo(seen, "ours", "before"))}`);
      figures.push({ what, reached: ratioText(ratio), goal: `≥ ${goal}`, isKept: (ratio.interval?.low ?? 0) >= goal });
    };
    tell("round trips/s ÷ Toxiproxy, 1 connection, cores free to sleep", await inTurn((way) => trips(way, 1)), 1.2);
    const sleepers = await keepAwake();
    if (sleepers === undefined) say("no chrt: cores cannot be kept awake at idle priority; not measured");
    else {
      tell("round trips/s ÷ Toxiproxy, 1 connection, cores kept awake", await inTurn((way) => trips(way, 1)), 1.6);
      for (const sleeper of sleepers) sleeper.kill("SIGKILL");
    }
    tell("round trips/s ÷ Toxiproxy, 64 connections", await inTurn((way) => trips(way, 64)), 1.5);
    for (const connections of [1, 64])
      for (const down of [false, true]) {
        const what = `bytes/s ÷ Toxiproxy, ${connections} ${connections === 1 ? "connection" : "connections"}`;
        tell(
          `${what}, ${down ? "down" : "up"}`,
          await (connections === 1 ? inTurn : forMany)((way) => bytes(way, connections, down)),
          2.2,
        );
      }
    figures.push(await lateness(ways, rounds, say));
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startWaysOutside(folder: string, build: string | undefined): Promise<readonly Way[]> {
  const [redisPort, iperfPort] = [await freePort(), await freePort()];
  const server = [join(tools, "bin/redis-server"), "--port", String(redisPort), "--save", "", "--dir", folder];
  await startBeside([...server, "--bind", "127.0.0.1"], /Ready to accept/, env);
  const floor = async (command: readonly string[]): Promise<Omit<Way, "name">> => {
    const [redisFloor, iperfFloor] = [await freePort(), await freePort()];
    await startBeside([...command, String(redisFloor), String(redisPort)], /ready/);
    await startBeside([...command, String(iperfFloor), String(iperfPort)], /ready/);
    return { redis: redisFloor, iperf: iperfFloor, iperfServer: iperfPort };
  };
  const ways: Way[] = [];
  for (const proxy of await startProxies(build)) {
    const ports = { redis: await proxy.through(redisPort, "redis"), iperf: await proxy.through(iperfPort, "iperf") };
    ways.push({ name: proxy.name, ...ports, iperfServer: iperfPort, proxy });
  }
  ways.push({ name: "direct", redis: redisPort, iperf: iperfPort, iperfServer: iperfPort });
  const pipe = [process.execPath, join(import.meta.dirname, "floor/pipe.js")];
  ways.push({ name: "pipe in Node", ...(await floor(pipe)) });
  const source = join(root, "test/programs/bench/proxy/floor/relay.c");
  const built = await run("cc", ["-O2", "-o", join(folder, "relay"), source]).catch(() => undefined);
  if (built !== undefined) ways.push({ name: relayInC, ...(await floor([join(folder, "relay")])) });
  return ways;
}

type PerWay = ReadonlyMap<string, readonly number[]>;

/** Every way in turn, round after round, beginning with another one each time. */
function inTurns(ways: readonly Way[], rounds: number) {
  return async (measure: (way: Way) => Promise<number>): Promise<PerWay> => {
    const seen = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < ways.length; turn += 1) {
        const way = ways[(round + turn) % ways.length];
        if (way !== undefined) seen.get(way.name)?.push(await measure(way));
      }
    }
    return seen;
  };
}

/** PINGs a second; redis-benchmark has one question under way on each connection. */
async function trips(way: Way, connections: number): Promise<number> {
  const count = connections === 1 ? 10_000 : 40_000;
  return Number((await pings(way, connections, count))["rps"]);
}

async function pings(way: Way, connections: number, count: number): Promise<Readonly<Record<string, string>>> {
  const asked = ["-p", String(way.redis), "-c", String(connections), "-n", String(count), "-t", "ping_mbulk", "--csv"];
  const { stdout } = await run(redis, asked, { env });
  const [head = "", row = ""] = stdout.trim().split("\n");
  const cells = (line: string): string[] => line.split(",").map((cell) => cell.replaceAll('"', ""));
  const values = cells(row);
  return Object.fromEntries(cells(head).map((name, at) => [name, values[at] ?? ""]));
}

/**
 * MiB a second that the receiver got. With many connections iperf3 now and then loses the one that it talks over: such
 * a go has no figure, and another is made.
 */
async function bytes(way: Way, connections: number, down: boolean): Promise<number> {
  for (let go = 1; go <= mostGoes; go += 1) {
    const got = await bytesOnce(way, connections, down).catch(() => undefined);
    if (got !== undefined) return got;
  }
  throw new Error(`iperf3 gives no figure through ${way.name}, ${connections} connections, in ${mostGoes} goes`);
}

/** Each time from a server of its own, since one is busy for a while afterwards. */
async function bytesOnce(way: Way, connections: number, down: boolean): Promise<number | undefined> {
  const command = [iperf, "-s", "-1", "-B", "127.0.0.1", "-p", String(way.iperfServer), "--forceflush"];
  const server = await startBeside(command, /listening/, env);
  const ended = once(server, "exit");
  const asked = ["-c", "127.0.0.1", "-p", String(way.iperf), "-P", String(connections), "-t", String(secondsOfBytes)];
  try {
    const limits = { env, timeout: mostSecondsOfGo * 1_000, maxBuffer: 256 * 2 ** 20 };
    const { stdout } = await run(iperf, [...asked, "-J", ...(down ? ["-R"] : [])], limits);
    const { end } = JSON.parse(stdout) as { end: { sum_received?: { bits_per_second: number } } };
    return end.sum_received && end.sum_received.bits_per_second / 8 / 2 ** 20;
  } finally {
    server.kill("SIGKILL");
    await ended;
  }
}

/** How late answers come at p99 that a toxic delays, above what a timer of Node is late by itself, ms. */
async function lateness(ways: readonly Way[], rounds: number, say: (line: string) => void): Promise<OutsideFigure> {
  const delayed = ways.filter(({ proxy }) => proxy !== undefined);
  const over = new Map<string, number[]>(delayed.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const timer = quantile(await timerErrors(delayMs, delayedTrips), 0.99);
    for (const way of delayed) {
      const base = Number((await pings(way, 1, 1_000))["p50_latency_ms"]);
      await way.proxy?.delay("redis", delayMs);
      const slow = Number((await pings(way, 1, delayedTrips))["p99_latency_ms"]);
      await way.proxy?.delay("redis", 0);
      over.get(way.name)?.push(slow - delayMs - base - timer);
    }
  }
  const what = `a delay of ${delayMs} ms late at p99, above the timer's own`;
  const texts = delayed.map(({ name }) => `${name} ${middle(over.get(name)).toFixed(2)} ms`);
  say(`${what}\n  medians: ${texts.join(", ")}`);
  const ours = medianOfRounds(over.get("ours") ?? []);
  const [low, high] = [ours.interval?.low ?? -Infinity, ours.interval?.high ?? Infinity];
  const reached = `${ours.median.toFixed(2)} ms (n = ${ours.n}, interval ${low.toFixed(2)} to ${high.toFixed(2)})`;
  return { what, reached, goal: "≤ 0.5 ms", isKept: high <= 0.5 };
}

/** A loop at idle priority on each processor; undefined where that cannot be had. Ended by their pids. */
async function keepAwake(): Promise<readonly ChildProcess[] | undefined> {
  const loop = ["chrt", "--idle", "0", process.execPath, "-e", 'console.log("ready"); for (;;);'];
  const started = Array.from({ length: availableParallelism() }, () => startBeside(loop, /ready/));
  return Promise.all(started).catch(() => undefined);
}

function ratioTo(seen: PerWay, name: string, other: string): MedianOfRounds {
  const [on, off] = [seen.get(name) ?? [], seen.get(other) ?? []];
  return ratioOfRounds(on.map((value, round) => ({ on: value, off: off[round] ?? Number.NaN })));
}

function middle(values: readonly number[] = []): number {
  return medianOfRounds(values).median;
}
