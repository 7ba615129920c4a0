// Makes the sources ready that a trial needs, and conducts them as one load.

import { HarnessError } from "../core/errors.ts";
import type { HelperProcess } from "../core/host.ts";
import type { LaunchedSource, LoadControl, LoadOrder, LoadSource, StreamOrder } from "../core/load-source.ts";
import type { TargetStream } from "../core/target.ts";
import { loadSources } from "./index.ts";

/** One source of the trial and the streams that it sends. */
interface Launched {
  readonly name: string;
  readonly source: LaunchedSource;
}

/** The sources of a trial, which warm up beside the boot of its stack. */
export interface LaunchedStreams extends Omit<LaunchedSource, "helper"> {
  /** Processes of the sources. */
  readonly helpers: readonly HelperProcess[];
}

/** Launches each source that one of the streams names; `mark` goes into the environment of their processes. */
export function launchStreams(
  streams: readonly TargetStream[],
  mark: Readonly<Record<string, string>>,
  sources: readonly LoadSource[] = loadSources,
): LaunchedStreams {
  const names = [...new Set(streams.map(sourceName))];
  const launched = names.map((name) => ({ name, source: sourceNamed(name, sources).launch(mark) }));
  return {
    helpers: launched.flatMap(({ source }) => source.helper ?? []),
    start: async (order, onEvent) =>
      together(await startEach(launched, order, onEvent), (stream) => sourceOf(order.streams, stream)),
    async end() {
      await Promise.all(launched.map(({ source }) => source.end()));
    },
  };
}

type Started = ReadonlyMap<string, LoadControl>;

/** Each source with its own streams; when one cannot begin, none stays. */
async function startEach(
  launched: readonly Launched[],
  order: LoadOrder,
  onEvent: Parameters<LaunchedSource["start"]>[1],
): Promise<Started> {
  const started = await Promise.allSettled(
    launched.map(async ({ name, source }) => {
      const streams = order.streams.filter(({ stream }) => sourceName(stream) === name);
      return [name, await source.start({ ...order, streams }, onEvent)] as const;
    }),
  );
  const failed = started.find((outcome) => outcome.status === "rejected");
  if (failed === undefined)
    return new Map(started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
  await Promise.all(launched.map(({ source }) => source.end()));
  throw failed.reason;
}

function together(started: Started, sourceFor: (stream: string | undefined) => string): LoadControl {
  return {
    begin(at) {
      for (const control of started.values()) control.begin(at);
    },
    setRate: (times, at, stream) => started.get(sourceFor(stream))?.setRate(times, at, stream),
    async stop() {
      await Promise.all([...started.values()].map((control) => control.stop()));
    },
  };
}

function sourceOf(streams: readonly StreamOrder[], name: string | undefined): string {
  const order = streams.find((stream) => stream.name === name);
  if (order === undefined) throw new HarnessError("bug", `no stream of requests is called ${name ?? "by no name"}`);
  return sourceName(order.stream);
}

function sourceName(stream: TargetStream): string {
  return "source" in stream ? stream.source : loadSources[0].name;
}

function sourceNamed(name: string, sources: readonly LoadSource[]): LoadSource {
  const source = sources.find((candidate) => candidate.name === name);
  if (source === undefined) throw new HarnessError("bug", `no source of load is called ${name}`);
  return source;
}
