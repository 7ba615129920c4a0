// The source of journeys: a person in Chromium does again and again what a test of @playwright/test says. Neither the
// browser nor Playwright is loaded here: a process of its own starts them, and ends with everything below it.

import type { ChildProcess } from "node:child_process";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { loopbackUrl, urlPattern } from "../../core/addresses.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type {
  KnownFiles,
  LaunchedSource,
  LoadControl,
  LoadEvent,
  LoadOrder,
  LoadSource,
  StreamOrder,
} from "../../core/load-source.ts";
import type { KeyProblem } from "../../core/probe-kind.ts";
import type { Ms } from "../../core/units.ts";
import { later } from "../../lib/later.ts";
import { compiledEntry, endChild, forkEntry, isGone, lastWords } from "../../lib/proc.ts";
import { chromiumMissing, chromiumPath } from "./find-chromium.ts";
import type { FromJourneys, JourneyOptions, JourneyStream, ToJourneys } from "./messages.ts";
import { hiderOfSecrets } from "./scrub-trace.ts";

/** A browser, a runner and a worker come up; on a machine that is busy with booting a stack. */
const START_TIMEOUT_MS: Ms = 120_000;
/** For the runner's own end and that of what it leaves; who ends that is not ended before on a busy machine. */
const END_TIMEOUT_MS: Ms = 60_000;

const nameWords = "a name in lower-case letters and underscores, such as answer";

const text = (expected: string) => z.string(expected).min(1, expected).max(500);

const shape = {
  journey: text("a file").describe("A file with one test of @playwright/test, relative to the folder of target.yaml."),
  opens: z
    .array(text(`an origin, such as ${loopbackUrl("{port:gateway}")}`))
    .min(1)
    .max(10)
    .describe("Origins that the browser may ask; the first is the base of relative addresses. It asks no other."),
  sees: z
    .record(z.string(nameWords).regex(/^[a-z][a-z_]*$/, nameWords), text("a step's title"))
    .optional()
    .describe("Steps whose times are probes: `journey.STREAM.NAME` is ms until that step was seen."),
  env: z
    .record(z.string(), z.string("a text"))
    .optional()
    .describe(
      "Variables of the journey, filled in; values of six characters or more are kept out of what is written down.",
    ),
};

interface Params {
  readonly journey: string;
  readonly opens: readonly [string, ...string[]];
  readonly sees?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export const journeys: LoadSource = {
  name: "journeys",
  about: "a person in Chromium, who does again and again what a test of @playwright/test says",
  knowsSendTimes: false,
  shape,
  missing() {
    const says = chromiumMissing();
    return says === undefined ? undefined : { needs: "a browser", says };
  },
  checkKeys: (written, files) => problemsOf(written, files),
  params: (written, dir) => ({ ...written, journey: inFolder(dir, String(written["journey"])) }),
  probes: (name, written) => {
    const seen = Object.keys((written["sees"] as Params["sees"]) ?? {});
    return ["whole", ...seen].map((each) => `journey.${name}.${each}`);
  },
  launch,
};

/** What the shape cannot say: the file is there, and what may be opened is an address. */
function problemsOf(
  { journey, opens }: Readonly<Record<string, unknown>>,
  { exists }: KnownFiles,
): readonly KeyProblem[] {
  const none = (opens as Params["opens"]).find((text) => !urlPattern.test(text));
  return [
    ...(typeof journey === "string" && !exists(journey)
      ? [{ key: "journey", found: `no file "${journey}"`, expected: "a file, relative to target.yaml" }]
      : []),
    ...(none === undefined ? [] : [{ key: "opens", found: `"${none}"`, expected: "origins on this machine" }]),
  ];
}

function inFolder(dir: string, path: string): string {
  return isAbsolute(path) ? path : join(dir, path);
}

function launch(mark: Readonly<Record<string, string>>): LaunchedSource {
  const entry = fileURLToPath(compiledEntry(import.meta.url, "load/journeys/main.js"));
  const child = forkEntry(entry, { mark });
  let hide: (text: string) => string = (text) => text;
  const stderr = lastWords(child, (text) => hide(text));
  const ended = later();
  const end = async (): Promise<void> => {
    await endChild(child, END_TIMEOUT_MS);
    ended.resolve();
  };
  const tell = (message: ToJourneys): void => void (child.connected && child.send(message, () => undefined));
  return {
    helper: { pid: child.pid ?? 0, what: "the journeys" },
    end,
    async start(order, onEvent) {
      const epochNs = BigInt(order.epochNs);
      const now = (): Ms => Number(process.hrtime.bigint() - epochNs) / 1e6;
      const ready = later();
      const stopped = later();
      let [isReady, hasFailed] = [false, false];
      /** Before it is ready it is refused; afterwards nothing of the trial says anything. */
      const fail = (reason: string): void => {
        ready.reject(new HarnessError("environment", `the journeys could not begin: ${reason}`));
        stopped.resolve();
        if (!isReady || hasFailed) return;
        hasFailed = true;
        onEvent({ kind: "trouble", at: now(), where: "journeys", reason, fatal: true });
      };
      let isEnding = false;
      hear(child, { onEvent, fail, ready: ready.resolve, stopped: stopped.resolve });
      child.once("close", (code, signal) => {
        if (!isEnding) fail(`their process ended by itself (${signal ?? code}) ${stderr()}`.trim());
      });
      // A child that is let go of before its first message was sent never closes (Node 20).
      void ended.promise.then(() => isEnding || fail("they were ended"));
      const timer = setTimeout(() => fail(`nothing within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
      try {
        if (isGone(child)) throw new HarnessError("environment", `the journeys could not begin: ${stderr()}`);
        const options = optionsOf(order);
        hide = hiderOfSecrets(options.streams.flatMap(({ env }) => Object.values(env)));
        tell({ type: "init", options });
        await ready.promise;
        isReady = true;
      } catch (thrown) {
        isEnding = true;
        await end();
        throw thrown;
      } finally {
        clearTimeout(timer);
      }
      return controlOf(tell, async () => {
        tell({ type: "stop" });
        await stopped.promise;
        isEnding = true;
        await end();
      });
    },
  };
}

interface Hearing {
  readonly onEvent: (event: LoadEvent) => void;
  readonly fail: (reason: string) => void;
  readonly ready: () => void;
  readonly stopped: () => void;
}

function hear(child: ChildProcess, { onEvent, fail, ready, stopped }: Hearing): void {
  child.on("message", (message: FromJourneys) => {
    if (message.type === "events") for (const event of message.events) onEvent(event);
    if (message.type === "failed") fail(message.reason);
    if (message.type === "ready") ready();
    if (message.type === "stopped") stopped();
  });
}

function controlOf(tell: (message: ToJourneys) => void, stop: () => Promise<void>): LoadControl {
  let stopping: Promise<void> | undefined;
  return {
    begin: (atMs) => tell({ type: "begin", atMs }),
    setRate: (times, atMs, stream) => tell({ type: "set-rate", times, atMs, stream }),
    stop: async () => (stopping ??= stop()),
  };
}

function optionsOf({ streams, seed, epochNs, fill, folders }: LoadOrder): JourneyOptions {
  const missing = chromiumMissing();
  if (missing !== undefined) throw new HarnessError("environment", `journeys need a browser: ${missing}`);
  if (folders === undefined) throw new HarnessError("bug", "journeys need folders of the trial");
  return {
    streams: streams.map((stream) => streamOf(stream, fill)),
    seed,
    epochNs,
    ...folders,
    chromium: chromiumPath(),
  };
}

function streamOf({ name, stream, load }: StreamOrder, fill: (text: string) => string): JourneyStream {
  if (!("source" in stream)) throw new HarnessError("bug", `${stream.name} is no stream of journeys`);
  const { journey: file, opens, sees = {}, env = {} } = stream.params as unknown as Params;
  const [first, ...others] = opens.map((origin) => originOf(fill(origin)));
  if (first === undefined) throw new HarnessError("bug", `${stream.name} opens nothing`);
  const filled = Object.entries(env).map(([key, value]) => [key, fill(value)] as const);
  return {
    ...(name !== undefined && { stream: name }),
    name: stream.name,
    file,
    origins: [first, ...others],
    sees,
    env: Object.fromEntries(filled),
    spec: load,
  };
}

function originOf(text: string): string {
  try {
    return new URL(text).origin;
  } catch (thrown) {
    throw new HarnessError("bad-input", `${text} is no origin: ${messageOf(thrown)}`);
  }
}
