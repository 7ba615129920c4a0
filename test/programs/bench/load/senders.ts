// Who is compared: our load process, as trials start it, bare sockets of Node, and vegeta, where one is installed.

import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { launchLoad } from "../../../../src/load/start.ts";

/** What one sender did at one rate. */
export interface Sent {
  /** Those that were answered. */
  readonly requests: number;
  readonly cpuSeconds: number;
  /** 99th percentile of how late it sent, ms. */
  readonly lagP99Ms: number;
  /** Share of requests that went later than 5 ms after their time. */
  readonly lateShare: number;
}

export interface Asked {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Held to one processor: number 0; who is asked runs on another. */
  readonly oneCore?: boolean;
}

const lateMs = 5;
/** Kernel's ticks of a process's time, 1/100 s each (proc(5)). */
const ticksPerSecond = 100;

function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user = "0", system = "0"] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) / ticksPerSecond;
}

/** Our own requests; what it costs counts from the first send time to the last. */
export async function ours({ url, perSecond, seconds, oneCore = false }: Asked): Promise<Sent> {
  const load = launchLoad();
  const epochNs = process.hrtime.bigint();
  const now = (): number => Number(process.hrtime.bigint() - epochNs) / 1e6;
  const lags: number[] = [];
  let answered = 0;
  const traffic = { name: "bench", method: "GET", url, headers: {}, body: null, stream: "whole" as const };
  const spec = { arrival: "constant" as const, ratePerSecond: perSecond, slowOverMs: 5_000, timeoutMs: 10_000 };
  const options = { streams: [{ traffic, spec }], seed: 1, epochNs: String(epochNs) };
  if (oneCore) await promisify(execFile)("taskset", ["-a", "-p", "-c", "0", String(load.pid)]);
  let begin = Infinity;
  const handle = await load.start(options, (event) => {
    // What is sent until we stop it costs nothing that was measured.
    if (event.kind !== "request" || event.intended >= begin + 1_000 * seconds) return;
    lags.push((event.sent ?? Infinity) - event.intended);
    if (event.outcome === "answered") answered += 1;
  });
  begin = now() + 1_000;
  handle.begin(begin);
  await new Promise((resolve) => setTimeout(resolve, begin - now()));
  const before = cpuSecondsOf(load.pid);
  await new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));
  const cpuSeconds = cpuSecondsOf(load.pid) - before;
  await handle.stop(2_000);
  return { ...sentOf(lags, answered), cpuSeconds };
}

/** Sockets of Node that are written to and counted, at the same times: what ours cannot go below. */
export async function floor({ url, perSecond, seconds }: Asked): Promise<Sent> {
  const child = fork(join(import.meta.dirname, "floor.js"), [new URL(url).port, String(perSecond)]);
  try {
    await once(child, "message");
    child.send("begin");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const before = cpuSecondsOf(child.pid ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));
    const cpuSeconds = cpuSecondsOf(child.pid ?? 0) - before;
    child.send("end");
    const [{ lags, answered }] = (await once(child, "message")) as [{ lags: number[]; answered: number }];
    return { ...sentOf(lags, answered), cpuSeconds };
  } finally {
    child.kill("SIGKILL");
  }
}

/** The same by vegeta; how late it sent follows from its own stamps, counted from the first. */
export async function vegeta(binary: string, { url, perSecond, seconds, oneCore = false }: Asked): Promise<Sent> {
  const pin = oneCore ? "taskset -c 0 " : "";
  const attack = `${pin}"$0" attack -rate="$1" -duration="$2"s`;
  const script = `echo "GET $3" > "$4"/in; ${attack} -targets="$4"/in > "$4"/out; times >&2; "$0" encode --to csv "$4"/out`;
  const folder = readTempFolder();
  const run = promisify(execFile);
  const args = ["-c", script, binary, String(perSecond), String(seconds), url, folder];
  const { stdout, stderr } = await run("bash", args, { maxBuffer: 1 << 30, env: { ...process.env, GOMAXPROCS: "2" } });
  const times = [...stderr.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => 60 * Number(m) + Number(s));
  const lines = stdout.trim().split("\n");
  const answered = lines.filter((line) => line.split(",")[1] === "200").length;
  const stamps = lines
    .map((line) => Number(BigInt(line.slice(0, line.indexOf(","))) / 1_000n) / 1_000)
    .sort((a, b) => a - b);
  const lags = stamps.map((at, index) => at - (stamps[0] ?? 0) - (1_000 * index) / perSecond);
  // The last two: what the shell's children took.
  return { ...sentOf(lags, answered), cpuSeconds: (times[2] ?? 0) + (times[3] ?? 0) };
}

function readTempFolder(): string {
  const folder = process.env["BENCH_LOAD_FOLDER"];
  if (folder === undefined) throw new Error("main.ts sets a folder");
  return folder;
}

function sentOf(lags: readonly number[], answered: number): Omit<Sent, "cpuSeconds"> {
  const sorted = lags.toSorted((a, b) => a - b);
  return {
    requests: answered,
    lagP99Ms: sorted[Math.min(sorted.length - 1, Math.floor(0.99 * sorted.length))] ?? Infinity,
    lateShare: lags.length === 0 ? 1 : lags.filter((lag) => lag > lateMs).length / lags.length,
  };
}
