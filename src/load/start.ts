// The parent's side of the load process: starts it, tells it what to do, hands its events on.

import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compiledEntry, endChild, firstAnswer, forkEntry, lastWords } from "../lib/proc.ts";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { HelperProcess } from "../core/host.ts";
import type { SenderEvent } from "../core/load-source.ts";
import { bodiesOf, withBodies } from "../core/session.ts";
import type { Ms } from "../core/units.ts";
import type { LoadSummary } from "./generator.ts";
import type { StreamLoad } from "../records/conditions.ts";
import type { ToClients } from "./client/messages.ts";
import type { ToScripts } from "./k6/messages.ts";
import type { FromLoad, LoadOptions, ToLoad } from "./messages.ts";

const START_TIMEOUT_MS: Ms = 10_000;
/** Given to the process to end after it was let go of, before it is killed. */
const END_TIMEOUT_MS: Ms = 2_000;

/** A load process that is up. It ends by itself when this process dies. */
interface LoadHandle extends AsyncDisposable {
  readonly pid: number;
  /** Starts the schedule; `atMs` (ms since the epoch) should lie ≥ 50 ms ahead, or the first requests are late. */
  begin(atMs: Ms): void;
  /** From `atMs` on, the asked-for rate × `times` (not cumulative). Without a name: of the default stream. */
  setRate(times: number, atMs: Ms, stream?: string): void;
  /**
   * Sends nothing more, waits for what is under way (up to `graceMs`, default the longest time-out of a stream), ends
   * the process. All events have been handed on when it resolves. In the order of the streams; undefined: the process
   * was lost before (a trouble event said so).
   */
  stop(graceMs?: Ms): Promise<readonly LoadSummary[] | undefined>;
}

/** A load process that does not know yet what to load. It ends by itself when this process dies. */
export interface LaunchedLoad extends HelperProcess {
  /**
   * Has it read its dataset; nothing is sent before `begin`. Events come in batches at most 50 ms late; their stamps
   * are exact. Rejects with an environment error when the process did not come up. To be called once.
   */
  start(options: LoadOptions, onEvent: (event: SenderEvent) => void): Promise<LoadHandle>;
  /** Ends it when it was never started. */
  end(): Promise<void>;
}

/**
 * Forks the load process, which warms up at once: a stack takes longer to boot. `mark` is added to its environment, for
 * others to find it by.
 */
export function launchLoad(mark: Readonly<Record<string, string>> = {}): LaunchedLoad {
  const sender = launchSender("load/main.js", "the load generator", mark);
  return {
    ...sender,
    start: (options, onEvent) => {
      const bare = options.streams.map((stream) => ({ ...stream, traffic: withBodies(stream.traffic, []) }));
      const bodies = options.streams.map(({ traffic }) => bodiesOf(traffic));
      const init: ToLoad = { type: "init", options: { ...options, streams: bare }, bodies };
      return sender.start({ init, epochNs: options.epochNs, streams: options.streams }, onEvent);
    },
  };
}

/** What a process that sends load begins with. */
interface SenderBegin {
  readonly init: ToLoad | ToScripts | ToClients;
  readonly epochNs: string;
  readonly streams: readonly { readonly spec: StreamLoad }[];
  /** It may take so long to be ready, ms; absent: ten seconds. */
  readonly limitMs?: Ms;
  /** The same to be over, beside what requests under way are given. */
  readonly stopLimitMs?: Ms;
}

/** A process that will send load, of whatever source. */
interface LaunchedSender extends HelperProcess {
  /** As that of LaunchedLoad. */
  start(begin: SenderBegin, onEvent: (event: SenderEvent) => void): Promise<LoadHandle>;
  end(): Promise<void>;
}

/** Forks the process of a source by its compiled file below `dist/src`. */
export function launchSender(file: string, what: string, mark: Readonly<Record<string, string>>): LaunchedSender {
  const entry = fileURLToPath(compiledEntry(import.meta.url, file));
  const child = forkEntry(entry, { mark, serialization: "advanced" });
  const link = linkTo(child);
  return {
    pid: child.pid ?? 0,
    what,
    start: (begin, onEvent) => startOn(child, link, begin, onEvent),
    end: () => link.end(),
  };
}

async function startOn(
  child: ChildProcess,
  link: Link,
  { init, epochNs, streams, limitMs = START_TIMEOUT_MS, stopLimitMs = START_TIMEOUT_MS }: SenderBegin,
  onEvent: (event: SenderEvent) => void,
): Promise<LoadHandle> {
  link.listen(onEvent, BigInt(epochNs));
  try {
    link.tell(init);
    await within(limitMs, link.ready);
  } catch (error) {
    await link.end();
    throw error;
  }
  link.watch();

  let stopping: Promise<readonly LoadSummary[] | undefined> | undefined;
  const stop = async (graceMs: Ms): Promise<readonly LoadSummary[] | undefined> => {
    link.tell({ type: "stop", graceMs });
    const summary = await within(graceMs + stopLimitMs, link.stopped).catch(() => undefined);
    await link.end();
    return summary;
  };
  const longestMs = Math.max(...streams.map(({ spec }) => spec.timeoutMs));
  const stopOnce = async (graceMs: Ms = longestMs): Promise<readonly LoadSummary[] | undefined> => {
    stopping ??= stop(graceMs);
    return stopping;
  };

  return {
    pid: child.pid ?? 0,
    begin: (atMs) => link.tell({ type: "begin", atMs }),
    setRate: (times, atMs, stream) => link.tell({ type: "set-rate", times, atMs, stream }),
    stop: stopOnce,
    async [Symbol.asyncDispose]() {
      await stopOnce(0);
    },
  };
}

interface Link {
  readonly ready: Promise<void>;
  /** undefined when the process was lost. */
  readonly stopped: Promise<readonly LoadSummary[] | undefined>;
  tell(message: ToLoad | ToScripts | ToClients): void;
  /** To whom events go, and the epoch of their stamps. */
  listen(onEvent: (event: SenderEvent) => void, epochNs: bigint): void;
  /** From now on an end of the process that was not asked for is trouble. */
  watch(): void;
  end(): Promise<void>;
}

function linkTo(child: ChildProcess): Link {
  let onEvent: (event: SenderEvent) => void = () => undefined;
  let epochNs = 0n;
  const stderr = lastWords(child);
  let watching = false;
  let ending = false;

  function trouble(reason: string): void {
    const at = Number(process.hrtime.bigint() - epochNs) / 1e6;
    onEvent({ kind: "trouble", at, where: "load", reason, fatal: true });
  }

  const ready = readyOf(child, stderr);
  const stopped = new Promise<readonly LoadSummary[] | undefined>((resolve) => {
    child.once("close", (code, signal) => {
      if (watching && !ending) trouble(`the load process ended by itself (${signal ?? code}) ${stderr()}`.trim());
      resolve(undefined);
    });
    child.on("message", (message: FromLoad) => {
      if (message.type === "events") for (const event of message.events) onEvent(event);
      if (message.type === "failed" && watching) trouble(message.reason);
      if (message.type === "stopped") resolve(message.summaries);
    });
  });

  // Whoever waits for it hears of it; a process that is let go of before anyone does is no error.
  ready.catch(() => undefined);
  return {
    ready,
    stopped,
    listen(listener, epoch) {
      onEvent = listener;
      epochNs = epoch;
    },
    tell(message) {
      // A lost child shows in its `close` event; a message to it is then of no use and no error.
      if (child.connected) child.send(message, () => undefined);
    },
    watch() {
      watching = true;
    },
    async end() {
      ending = true;
      await endChild(child, END_TIMEOUT_MS);
    },
  };
}

/** Resolves once the process is ready, rejects when it cannot be; `stderr`: what it wrote there last. */
async function readyOf(child: ChildProcess, stderr: () => string): Promise<void> {
  const take = (message: unknown): FromLoad | undefined => {
    const answer = message as FromLoad;
    return answer.type === "ready" || answer.type === "failed" ? answer : undefined;
  };
  try {
    const answer = await firstAnswer(child, { take });
    if (answer.type === "failed") throw new Error(`could not begin: ${answer.reason}`);
  } catch (thrown) {
    const hint = "`npm run build` makes the compiled entry, if that is what is missing";
    const last = stderr();
    const what = `the load process ${messageOf(thrown)}${last === "" ? "" : `: ${last}`}`;
    throw new HarnessError("environment", what, { hint });
  }
}

async function within<T>(limitMs: Ms, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new HarnessError("environment", `the load process did not answer within ${limitMs} ms`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
