// `npm run bench:reader`: bytes a second of the answer reader beside those of the build before it, in turns within one
// run, and the memory that one request holds. Prints ratios: absolute figures of a shared machine mean little.

import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { TrafficSpec } from "../../../../src/core/target.ts";
import { makeAnswerReader } from "../../../../src/load/answer/reader.ts";
import { planReading } from "../../../../src/load/answer/reading-plan.ts";
import { binomialAtMost } from "../../../../src/measure/statistics/binomial.ts";
import { bodyOf, streamOf, unendedOf, WANTED } from "./answers.ts";
import { buildFormer, FORMER, type FormerBuild } from "./former.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 12) throw new Error("--rounds is a whole number from 12 on");
const MEBI = 1_048_576;
/** Read in one turn, at least; so many turns of each make a round, since the machine is not as fast at any moment. */
const TURN_BYTES = 2 * MEBI;
const TURNS = 6;
const MOST_HELD_KIB = 64;
const readers = 128;

const print = (...cells: readonly string[]): void =>
  void process.stdout.write(
    `${(cells[0] ?? "").padEnd(34)}${cells
      .slice(1)
      .map((cell) => cell.padStart(13))
      .join("")}\n`,
  );

function traffic(stream: TrafficSpec["stream"]): TrafficSpec {
  return { name: "bench", method: "POST", url: "http://127.0.0.1:1/", headers: {}, body: {}, stream };
}

const headers = { sse: { "content-type": "text/event-stream" }, whole: { "content-type": "application/json" } };

const plans = {
  sse: { ...planReading(traffic("sse")), wanted: WANTED },
  whole: { ...planReading(traffic("whole")), wanted: WANTED },
};

function readNow(stream: "sse" | "whole", reads: readonly Buffer[]): string {
  const reader = makeAnswerReader(plans[stream]);
  reader.begin(headers[stream]);
  for (const read of reads) reader.push(read);
  reader.end();
  return reader.verdict?.error ?? `right ${reader.isRight}`;
}

function readFormerly(former: FormerBuild, stream: "sse" | "whole", reads: readonly Buffer[]): string {
  const reader = former.make(stream);
  for (const read of reads) reader.push(read);
  const fault = reader.fault();
  return fault ?? `right ${reader.contains(WANTED)}`;
}

/** ms of one turn. */
function turn(times: number, read: () => string): number {
  const from = performance.now();
  for (let time = 0; time < times; time += 1) read();
  return performance.now() - from;
}

const sorted = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);

/**
 * Median and its interval from ranks, at 95 % at least (binomial; Conover, Practical Nonparametric Statistics, 3.2).
 */
function medianWithInterval(numbers: readonly number[]): readonly [low: number, middle: number, high: number] {
  const ranks = sorted(numbers);
  const n = ranks.length;
  let below = 0;
  while (binomialAtMost(below, n, 0.5) <= 0.025) below += 1;
  const at = (rank: number): number => ranks[rank] ?? Number.NaN;
  const middle = (at(Math.floor((n - 1) / 2)) + at(Math.ceil((n - 1) / 2))) / 2;
  return [at(below - 1), middle, at(n - below)];
}

function benchSpeed(former: FormerBuild, stream: "sse" | "whole", size: string, reads: readonly Buffer[]): boolean {
  const now = (): string => readNow(stream, reads);
  const before = (): string => readFormerly(former, stream, reads);
  const bytes = reads.reduce((sum, one) => sum + one.length, 0);
  const times = Math.ceil(TURN_BYTES / bytes);
  const ratios: number[] = [];
  const speeds: { readonly now: number[]; readonly before: number[] } = { now: [], before: [] };
  for (let round = -2; round < rounds; round += 1) {
    let [ours, theirs] = [0, 0];
    for (let each = 0; each < TURNS; each += 1) {
      const isOursFirst = (round + each) % 2 === 0;
      if (isOursFirst) ours += turn(times, now);
      theirs += turn(times, before);
      if (!isOursFirst) ours += turn(times, now);
    }
    // The first rounds warm the compiler.
    if (round < 0) continue;
    ratios.push(theirs / ours);
    const speed = (ms: number): number => (bytes * times * TURNS * 1_000) / MEBI / ms;
    speeds.now.push(speed(ours));
    speeds.before.push(speed(theirs));
  }
  const [low, middle, high] = medianWithInterval(ratios);
  const said = now() === before() ? now() : `${now()}; formerly ${before()}`;
  const cells = [speeds.now, speeds.before].map((all) => medianWithInterval(all)[1].toFixed(0));
  print(
    `${stream === "sse" ? "stream" : "whole body"}, ${size}`,
    ...cells,
    `${middle.toFixed(2)}×`,
    `${low.toFixed(2)}–${high.toFixed(2)}`,
    `  ${said}`,
  );
  return low >= 1;
}

/** KiB on and off the heap. */
async function held(): Promise<number> {
  for (let time = 0; time < 4; time += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_024;
}

/** KiB that each request holds in the middle of an answer; what was read is let go, as by a socket that reads on. */
async function heldBy(stream: "sse" | "whole", what: Parameters<typeof unendedOf>[0], bytes: number): Promise<number> {
  const answer = unendedOf(what, bytes);
  const open = Array.from({ length: readers }, () => makeAnswerReader(plans[stream]));
  for (const reader of open) {
    reader.begin(headers[stream]);
    for (let at = 0; at < answer.length; at += 65_536) reader.push(Buffer.from(answer.subarray(at, at + 65_536)));
  }
  const ended = open.some((reader) => reader.verdict !== undefined);
  if (ended) throw new Error(`an answer of ${what} ended, and should not`);
  // Held with them, less held without them: what else is freed meanwhile can only make it look more.
  const withThem = await held();
  open.length = 0;
  return (withThem - (await held())) / readers;
}

async function benchMemory(
  stream: "sse" | "whole",
  what: Parameters<typeof unendedOf>[0],
  bytes: number,
): Promise<boolean> {
  const each = await heldBy(stream, what, bytes);
  print(`${what}, ${(bytes / MEBI).toFixed(0)} MiB`, `${each.toFixed(1)} KiB`);
  return each <= MOST_HELD_KIB;
}

if (globalThis.gc === undefined) throw new Error("start node with --expose-gc");
using former = await buildFormer();
print(`${rounds} rounds in turn, ${process.version}`, "MiB/s", `at ${FORMER}`, "ratio", "95 % of it");
const fast = [
  benchSpeed(former, "sse", "1 KiB", streamOf(1_024)),
  benchSpeed(former, "sse", "64 KiB", streamOf(65_536)),
  benchSpeed(former, "sse", "8 MiB", streamOf(8 * MEBI)),
];
print("");
print("Whole bodies: formerly nothing was asked of them, and of the longest only the first MiB was read.");
for (const [size, bytes] of [
  ["1 KiB", 1_024],
  ["64 KiB", 65_536],
  ["8 MiB", 8 * MEBI],
] as const)
  benchSpeed(former, "whole", size, bodyOf(bytes));
// Once for the compiler, whose memory is not a request's.
for (const what of ["many events", "one event", "tool arguments"] as const) await heldBy("sse", what, MEBI);
await heldBy("whole", "whole body", MEBI);
print("");
print(`${readers} requests open, each holds`);
const small = [
  await benchMemory("sse", "many events", 8 * MEBI),
  await benchMemory("sse", "one event", 8 * MEBI),
  await benchMemory("sse", "tool arguments", 8 * MEBI),
  await benchMemory("whole", "whole body", 8 * MEBI),
];
print("");
print(`streams, at least 1.00× at the lower end: ${fast.every(Boolean) ? "kept" : "MISSED"}`);
print(`at most ${MOST_HELD_KIB} KiB a request: ${small.every(Boolean) ? "kept" : "MISSED"}`);
if (![...fast, ...small].every(Boolean)) process.exitCode = 1;
