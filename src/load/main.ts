// Entry of the load process. A process of its own, so that neither the conductor's work nor its garbage delays a send.
// Started with fork; ends when its parent lets go of the channel, by will or by death.

import { getPriority, setPriority } from "node:os";
import { performance } from "node:perf_hooks";
import { messageOf } from "../core/errors.ts";
import { withBodies } from "../core/session.ts";
import type { LateEvent, RequestEvent } from "../records/timeline/request.ts";
import type { Clock, Ms } from "../core/units.ts";
import type { Row } from "../core/dataset.ts";
import { makeBatch } from "./batch.ts";
import { datasetOf, readDataset } from "./dataset.ts";
import { makeGenerator } from "./generator.ts";
import type { Generator } from "./generator.ts";
import type { FromLoad, LoadOptions, ToLoad } from "./messages.ts";
import { warmUp } from "./warm.ts";

/** Asked for so that a busy target does not delay our send times; most users may not have it. */
const NICE = -5;
/** How long connections may take to close before the process ends itself the hard way. */
const END_TIMEOUT_MS: Ms = 1_000;

/** Begun at once, while the stack that will be loaded still boots. */
let warm: Promise<void> = Promise.resolve();
/** One for each stream, by its name; undefined names the default stream. */
const generators = new Map<string | undefined, Generator>();

function tell(message: FromLoad): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

const { add: emit, flush } = makeBatch<RequestEvent | LateEvent>((events) => tell({ type: "events", events }));

async function init(
  { streams, seed, epochNs, trial = epochNs }: LoadOptions,
  bodies: readonly (readonly string[])[],
): Promise<void> {
  const clock = clockSince(BigInt(epochNs));
  const rows = await Promise.all(streams.map(rowsOf));
  await warm;
  for (const [index, { name, traffic, spec }] of streams.entries()) {
    const own = { traffic: withBodies(traffic, bodies[index] ?? []), rows: rows[index] ?? [{}] };
    const stream = name === undefined ? {} : { stream: name };
    generators.set(name, makeGenerator({ ...own, ...stream, spec, seed, trial, clock, emit }));
  }
  tell({ type: "ready" });
}

/** By `performance.now`, which reads the same clock of the machine for a tenth of the price. */
function clockSince(epochNs: bigint): Clock {
  let [offset, closest] = [0, Infinity];
  for (let look = 0; look < 20; look += 1) {
    const from = performance.now();
    const ms = Number(process.hrtime.bigint() - epochNs) / 1e6;
    const took = performance.now() - from;
    if (took < closest) [offset, closest] = [ms - from - took / 2, took];
  }
  // Whole microseconds: more digits would be noise in the timeline. Never ahead, or a request would go too soon.
  return { now: () => Math.floor((performance.now() + offset) * 1_000) / 1_000 };
}

async function rowsOf({ traffic: { dataset }, rows }: LoadOptions["streams"][number]): Promise<readonly Row[]> {
  if (rows !== undefined) return datasetOf(rows, "the dataset");
  return dataset === undefined ? [{}] : readDataset(dataset);
}

async function stop(graceMs: Ms): Promise<void> {
  const summaries = await Promise.all([...generators.values()].map(async (generator) => generator.stop(graceMs)));
  flush();
  if (summaries.length > 0) tell({ type: "stopped", summaries });
}

async function obey(message: ToLoad): Promise<void> {
  switch (message.type) {
    case "init":
      return init(message.options, message.bodies);
    case "begin":
      for (const generator of generators.values()) generator.begin(message.atMs);
      return;
    case "set-rate":
      return generators.get(message.stream)?.setRate(message.times, message.atMs);
    case "stop":
      return stop(message.graceMs);
  }
}

async function end(): Promise<void> {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), END_TIMEOUT_MS).unref();
  await Promise.all([...generators.values()].map(async (generator) => generator.stop(0)));
}

if (process.send === undefined) {
  process.stderr.write("load: to be started by fork, with an IPC channel\n");
  process.exitCode = 70;
} else {
  try {
    // Who was started at a better one keeps it.
    if (getPriority() > NICE) setPriority(NICE);
  } catch {
    // Not allowed to: the schedule-lag histogram will tell if it mattered.
  }
  warm = warmUp();
  process.on("message", (message: ToLoad) => {
    obey(message).catch((error: unknown) => tell({ type: "failed", reason: messageOf(error) }));
  });
  process.once("disconnect", () => void end());
  // Ctrl-C, a closed terminal and a job that is cancelled reach the whole process group; the harness still wants our
  // last events, and its end is ours.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);
}
