// `npm run bench:load`: our load process beside vegeta (where one is installed), in turns within one run, each figure
// kept or MISSED against its goal. Ends with 1 when one is missed, and with 3 where vegeta is missing.

import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { medianOfRounds, ratioOfRounds, ratioText, type MedianOfRounds } from "../telemetry/figures.ts";
import { floor, ours, vegeta, type Asked, type Sent } from "./senders.ts";

const binary = join(resolve(import.meta.dirname, "../../../../.."), ".cache/tools/vegeta");
const { values } = parseArgs({ options: { rounds: { type: "string", default: "12" } } });
const rounds = Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 100)) {
  process.stderr.write("--rounds: expected a whole number from 1 to 100\n");
  process.exit(3);
}
const seconds = 4;
const highest = 8_000;

const highEnd = ({ interval }: MedianOfRounds): number => interval?.high ?? Infinity;

let missed = 0;
function print(what: string, { is, goal, kept }: { is: string; goal: string; kept: boolean | undefined }): void {
  if (kept === false) missed += 1;
  const said = kept === undefined ? "not measured: no vegeta" : kept ? "kept" : "MISSED";
  process.stdout.write(`${said}  ${what}: ${is}, goal ${goal}\n`);
}

type Who = "ours" | "theirs" | "floor";
type Seen = Readonly<Record<Who, Sent[]>>;

const senders: Readonly<Record<Who, (asked: Asked) => Promise<Sent>>> = {
  ours,
  theirs: (asked) => vegeta(binary, asked),
  floor,
};

/** Each in its turn, beginning with another one each time. */
async function inTurns(asked: Asked, who: readonly Who[]): Promise<Seen> {
  const seen: Seen = { ours: [], theirs: [], floor: [] };
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < who.length; turn += 1) {
      const name = who[(round + turn) % who.length] ?? "ours";
      seen[name].push(await senders[name](asked));
    }
  return seen;
}

const perCpuSecond = ({ requests, cpuSeconds }: Sent): number => requests / cpuSeconds;

/** Requests for a CPU-second of the one for those of the other, round by round. */
function ratioOfCost(one: readonly Sent[], other: readonly Sent[]): MedianOfRounds {
  return ratioOfRounds(
    one.map((sent, round) => {
      const beside = other[round];
      return { on: perCpuSecond(sent), off: beside === undefined ? Number.NaN : perCpuSecond(beside) };
    }),
  );
}

/** The highest rate, by steps of a fifth, at which no more than 1 % goes later than 5 ms. */
async function highestRate(send: (asked: Asked) => Promise<Sent>, url: string): Promise<number> {
  let best = 0;
  for (let perSecond = 500; perSecond <= highest; perSecond = Math.round(1.2 * perSecond)) {
    const sent = await send({ url, perSecond, seconds: 3, oneCore: true });
    const isWhole = sent.requests >= 0.99 * 3 * perSecond;
    if (sent.lateShare > 0.01 || !isWhole) break;
    best = perSecond;
  }
  return best;
}

async function measure(url: string, hasVegeta: boolean): Promise<void> {
  const busy = await inTurns({ url, perSecond: 1_000, seconds }, [
    "ours",
    "floor",
    ...(hasVegeta ? ["theirs" as const] : []),
  ]);
  const ratio = ratioOfCost(busy.ours, busy.theirs);
  const own = medianOfRounds(busy.ours.map(perCpuSecond)).median;
  print("requests per CPU-second at 1,000/s (1 kB), ours ÷ vegeta's", {
    is: hasVegeta ? `${ratioText(ratio)}; ours ${own.toFixed(0)}` : own.toFixed(0),
    goal: "≥ 1.2",
    kept: hasVegeta ? (ratio.interval?.low ?? 0) >= 1.2 : undefined,
  });
  const bare = medianOfRounds(busy.floor.map(perCpuSecond)).median.toFixed(0);
  const floorRatio = hasVegeta ? `, ÷ vegeta's ${ratioText(ratioOfCost(busy.floor, busy.theirs))}` : "";
  const toFloor = ratioText(ratioOfCost(busy.ours, busy.floor));
  process.stdout.write(`        floor: bare sockets of Node ${bare}${floorRatio}; ours ÷ the floor ${toFloor}\n`);
  const lag = medianOfRounds(busy.ours.map(({ lagP99Ms }) => lagP99Ms));
  const theirLag = medianOfRounds(busy.theirs.map(({ lagP99Ms }) => lagP99Ms)).median;
  const beside = hasVegeta ? `; vegeta ${theirLag.toFixed(2)}` : "";
  print("lag p99 at 1,000/s, ms", { is: ratioText(lag) + beside, goal: "≤ 0.5", kept: highEnd(lag) <= 0.5 });
  const calm = await inTurns({ url, perSecond: 10, seconds }, ["ours"]);
  const share = medianOfRounds(calm.ours.map(({ cpuSeconds }) => (100 * cpuSeconds) / seconds));
  print("processor at 10/s, % of a core", { is: ratioText(share), goal: "≤ 2", kept: highEnd(share) <= 2 });
  const top = await highestRate(ours, url);
  const theirTop = hasVegeta ? await highestRate((asked) => vegeta(binary, asked), url) : 0;
  print("highest rate with ≤ 1 % late over 5 ms on one core, ÷ vegeta's", {
    is: hasVegeta ? `${(top / theirTop).toFixed(2)} (${top} ÷ ${theirTop})` : String(top),
    goal: "≥ 1",
    kept: hasVegeta ? top >= theirTop : undefined,
  });
}

const hasVegeta = existsSync(binary);
if (!hasVegeta) process.stderr.write("!!! no vegeta: run test/support/install-tools.sh, which needs Go\n");
const folder = mkdtempSync(join(tmpdir(), "rebound-bench-load-"));
process.env["BENCH_LOAD_FOLDER"] = folder;
const server = fork(join(import.meta.dirname, "server.js"));
try {
  const [port] = (await once(server, "message")) as [number];
  await measure(`http://127.0.0.1:${port}/`, hasVegeta);
} finally {
  server.disconnect();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = missed > 0 ? 1 : hasVegeta ? 0 : 3;
