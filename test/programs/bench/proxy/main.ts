// `npm run bench:proxy`: our proxy beside a real Toxiproxy (where one is installed) and a direct connection, in turns
// within one run. Prints ratios: absolute figures of a shared machine mean little.

import type { Socket } from "node:net";
import { parseArgs } from "node:util";
import { dial, download, median, quantile, roundTrips, timerErrors, upload } from "./rounds.ts";
import { measureOutside, noOutsideClient } from "./outside.ts";
import { endAll, openFilesLimit, rssOf, startUpstream, startWays, type Way } from "./servers.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "12" },
    // "outside": clients that are not ours; "inside": clients of our own.
    only: { type: "string", default: "" },
    // The folder of another build, built.
    build: { type: "string" },
  },
});
const rounds = Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 100) || !["", "inside", "outside"].includes(values.only)) {
  process.stderr.write("expected --rounds as a whole number from 1 to 100, and --only inside or outside\n");
  process.exit(3);
}
const trips = 3_000;
const delayMs = 50;
const delayedTrips = 40;
const coldTrips = 100;
const mostIdle = 10_000;
/** Files that a proxy has open besides two for each connection, at most. */
const otherFiles = 60;

/**
 * A proxy cannot take time away: below the direct connection is the machine's noise, and no ratio follows from noise.
 */
function ratioOfAdded(ours: number, real: number): string {
  return ours > 0 && real > 0 ? `${(ours / real).toFixed(2)}×` : "in the noise";
}

type PerWay = Map<string, number[]>;

/** Every way in turn, round after round, beginning with another one each time. */
async function interleaved(ways: readonly Way[], measure: (way: Way) => Promise<readonly number[]>): Promise<PerWay> {
  const seen: PerWay = new Map(ways.map((way) => [way.name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < ways.length; turn += 1) {
      const way = ways[(round + turn) % ways.length];
      if (way !== undefined) seen.get(way.name)?.push(...(await measure(way)));
    }
  }
  return seen;
}

const of = (seen: PerWay, name: string): readonly number[] => seen.get(name) ?? [];

function print(what: string, cells: readonly string[]): void {
  process.stdout.write(`${what.padEnd(46)}${cells.map((cell) => cell.padStart(14)).join("")}\n`);
}

const other = (ways: readonly Way[]): string => (ways.some((way) => way.name === "real") ? "real" : "direct");

async function benchThroughput(ways: readonly Way[]): Promise<void> {
  const bytes = 256 * 1_048_576;
  const kinds = [
    { what: "down", measure: (way: Way, connections: number) => download(way.ports.source, connections, bytes) },
    { what: "up", measure: (way: Way, connections: number) => upload(way.ports.sink, connections, bytes) },
  ];
  for (const { what, measure, connections } of [1, 64].flatMap((connections) =>
    kinds.map((kind) => ({ ...kind, connections })),
  )) {
    const seen = await interleaved(ways, async (way) => [await measure(way, connections)]);
    const [ours, theirs] = [median(of(seen, "ours")), median(of(seen, other(ways)))];
    print(`throughput ${what}, ${connections} connections, MiB/s`, [
      ...ways.map((way) => median(of(seen, way.name)).toFixed(0)),
      `${(ours / theirs).toFixed(2)}×`,
    ]);
  }
}

async function benchLatency(ways: readonly Way[]): Promise<void> {
  const seen = await interleaved(ways, (way) => roundTrips(way.ports.echo, trips));
  for (const share of [0.5, 0.99]) {
    const direct = quantile(of(seen, "direct"), share);
    const added = (name: string): number => quantile(of(seen, name), share) - direct;
    print(`round trip p${share * 100}, added to direct, µs`, [
      ...ways.map((way) =>
        way.name === "direct" ? `(${(direct * 1_000).toFixed(0)})` : (added(way.name) * 1_000).toFixed(0),
      ),
      other(ways) === "real" ? ratioOfAdded(added("ours"), added("real")) : "",
    ]);
  }
}

async function benchDelay(ways: readonly Way[]): Promise<void> {
  const errorsOf = async (way: Way, trips: number): Promise<readonly number[]> => {
    if (way.name === "direct") return timerErrors(delayMs, trips);
    const base = median(await roundTrips(way.ports.echo, 200));
    await way.delayEcho(delayMs);
    const times = await roundTrips(way.ports.echo, trips);
    await way.delayEcho(0);
    return times.map((ms) => ms - delayMs - base);
  };
  // Of a process that has just started the first delays are told apart: its code is still being compiled.
  const cold = new Map<string, readonly number[]>();
  for (const way of ways) cold.set(way.name, await errorsOf(way, coldTrips));
  const seen = await interleaved(ways, (way) => errorsOf(way, delayedTrips));
  for (const share of [0.5, 0.99]) {
    const error = (name: string): number => quantile(of(seen, name), share);
    print(`error of a delay of ${delayMs} ms, p${share * 100}, ms ("direct": a timer)`, [
      ...ways.map((way) => error(way.name).toFixed(2)),
      `${(error("ours") - error("direct")).toFixed(2)} over`,
    ]);
  }
  print(
    `  the same for the first ${coldTrips} of a new process, p99`,
    ways.map((way) => quantile(cold.get(way.name) ?? [], 0.99).toFixed(2)),
  );
}

/** Ten thousand, or as many as the limit of open files allows a process that needs two for each. */
async function benchIdle(ways: readonly Way[]): Promise<void> {
  const files = openFilesLimit();
  const count = Math.min(mostIdle, Math.floor((files - otherFiles) / 2));
  if (count < mostIdle) process.stdout.write(`(${mostIdle} idle connections need more than ${files} open files)\n`);
  for (const way of ways) {
    if (way.pid === undefined) continue;
    const before = rssOf(way.pid);
    const sockets: Socket[] = [];
    while (sockets.length < count) {
      sockets.push(...(await openTogether(way.ports.echo, Math.min(100, count - sockets.length))));
    }
    const grown = rssOf(way.pid) - before;
    const each = `${((grown * 1_024) / count).toFixed(1)} KiB each`;
    print(`${count} idle connections, ${way.name}`, [`+${grown.toFixed(0)} MiB`, each]);
    for (const socket of sockets) socket.destroy();
  }
}

/** Each one carries a byte there and back first, so that it is held on both sides. */
async function openTogether(port: number, count: number): Promise<readonly Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = await dial(port);
      await new Promise<void>((resolve, reject) => {
        socket.once("data", () => resolve());
        socket.setTimeout(10_000, () => reject(new Error("no answer through the proxy within 10 s")));
        socket.once("close", () => reject(new Error("closed by the proxy")));
        socket.on("error", reject);
        socket.write("x");
      });
      return socket;
    }),
  );
}

async function benchInside(): Promise<void> {
  const ways = await startWays(await startUpstream());
  const note = other(ways) === "real" ? "ours ÷ real" : "ours ÷ direct; no real Toxiproxy is installed";
  process.stdout.write(`${rounds} rounds in turn · Node ${process.version} · ratio: ${note}\n\n`);
  print("", [...ways.map((way) => way.name), "ratio"]);
  await benchThroughput(ways);
  await benchLatency(ways);
  await benchDelay(ways);
  await benchIdle(ways);
}

async function benchOutside(): Promise<void> {
  const missing = noOutsideClient();
  if (missing !== undefined) return void process.stdout.write(`\n!!! NOT MEASURED: ${missing}\n`);
  process.stdout.write(`\nclients that are not ours, ${rounds} rounds in turn\n`);
  const figures = await measureOutside(rounds, values.build, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write("\n");
  for (const { what, reached, goal, isKept } of figures) {
    process.stdout.write(`${isKept ? "kept" : "MISSED"}  ${what}: ${reached}, goal ${goal}\n`);
  }
  if (!figures.every(({ isKept }) => isKept)) process.exitCode = 1;
}

try {
  if (values.only !== "outside") await benchInside();
  if (values.only !== "inside") await benchOutside();
} finally {
  endAll();
}
