// On a starved machine everybody comes late, the healer first: what stands still, is not read or does not come must do
// so for twice as long before it is held against one replica. Damage that is told without delay stays told.
import { on } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { deepProbeDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/deep-probe-detector.ts";
import type { Detector } from "../../../../../../targets/reference-ai-stack/healer/detection/detector.ts";
import { holdingsDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/holdings-detector.ts";
import { pulseDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/pulse-detector.ts";
import { metricDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/metrics/metric-detector.ts";
import type { Observation } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { askJson } from "../../../../../../targets/reference-ai-stack/healer/telemetry/http-json.ts";
import { getText } from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/get-text.ts";
import { MadeServer } from "../../../../../builders/made-server.ts";

const scope = { service: "inference", replica: "inference-1" };

type Looks = (at: number) => readonly Observation[];

/** When a signal first stands, ms; looks twice a second, those at the gateway in time or not. */
function spokeAt<State>(detector: Detector<State>, name: string, looks: Looks, everyMs: number): number | null {
  let state = detector.initial;
  let traffic = 0;
  for (let at = 0; at <= 20_000; at += 500) {
    for (; traffic <= at; traffic += everyMs)
      state = detector.take(state, { kind: "traffic", at: traffic, upstreams: [] });
    for (const look of looks(at)) state = detector.take(state, look);
    if (detector.signals(state).some((one) => one.name === name)) return at;
  }
  return null;
}

const [IN_TIME, LATE] = [150, 500];
const roll: Looks = (at) => [
  { kind: "roll-call", at, replicas: [{ ...scope, pid: 1, port: 1 }] },
  { kind: "pulse", at, scope, pulse: { state: "good", ms: 1, says: "" } },
];

test("a server that cannot be read is told of after 3 s, and after 6 where the healer itself comes late", () => {
  const looks: Looks = (at) => [
    ...roll(at),
    { kind: "metrics", at, scope, look: { ok: false, why: "unreachable", says: "no answer within 1500 ms" } },
  ];
  expect(spokeAt(metricDetector, "telemetry-lost", looks, IN_TIME)).toBe(3000);
  expect(spokeAt(metricDetector, "telemetry-lost", looks, LATE)).toBe(6000);
});

test("work that stands still is a stall after twice as long, and completions are missed twice as often", () => {
  const server = Object.assign(new MadeServer(), { running: 2 });
  const still: Looks = (at) => [...roll(at), { kind: "metrics", at, scope, look: server.seen(at, 500) }];
  const stall = spokeAt(metricDetector, "stalled", still, IN_TIME) ?? Number.NaN;
  expect(spokeAt(metricDetector, "stalled", still, LATE)).toBe(2 * stall);
  const missed: Looks = (at) => [
    ...still(at),
    ...(at % 1000 === 0
      ? [{ kind: "completion", at, scope, seen: { state: at === 0 ? "good" : "silent", says: "" } } as const]
      : []),
  ];
  expect(spokeAt(deepProbeDetector, "completes-nothing", missed, IN_TIME)).toBe(2000);
  expect(spokeAt(deepProbeDetector, "completes-nothing", missed, LATE)).toBe(4000);
});

test("documents that are still on their way to a replica are not lacking, and are when they do not come", () => {
  const vector = (replica: string) => ({ service: "vector", replica });
  const looks: Looks = (at) => [
    { kind: "holdings", at, scope: vector("vector-1"), parts: [{ digest: "a", there: 2 }] },
    { kind: "holdings", at, scope: vector("vector-2"), parts: [{ digest: "b", there: 1 }] },
  ];
  expect(spokeAt(holdingsDetector, "documents-lacking", looks, IN_TIME)).toBe(2500);
  expect(spokeAt(holdingsDetector, "documents-lacking", looks, LATE)).toBe(5000);
});

/** When a signal stands, ms: looks at the gateway come in time to a moment, then late. */
function standsAt<State>(detector: Detector<State>, name: string, looks: Looks, lateFrom: number): readonly number[] {
  let state = detector.initial;
  let traffic = 0;
  const stands: number[] = [];
  for (let at = 0; at <= 12_000; at += 500) {
    for (; traffic <= at; traffic += traffic < lateFrom ? IN_TIME : LATE)
      state = detector.take(state, { kind: "traffic", at: traffic, upstreams: [] });
    for (const look of looks(at)) state = detector.take(state, look);
    if (detector.signals(state).some((one) => one.name === name)) stands.push(at);
  }
  return stands;
}

test("what had stood for as long as is usual before anything came late stays told, and what had not waits", () => {
  const vector = (replica: string) => ({ service: "vector", replica });
  const server = Object.assign(new MadeServer(), { running: 2 });
  const still: Looks = (at) => [...roll(at), { kind: "metrics", at, scope, look: server.seen(at, 500) }];
  const dark: Looks = (at) => [
    ...roll(at),
    { kind: "metrics", at, scope, look: { ok: false, why: "unreachable", says: "" } },
  ];
  const missed: Looks = (at) => [
    ...roll(at),
    ...(at % 1000 === 0
      ? [{ kind: "completion", at, scope, seen: { state: at === 0 ? "good" : "silent", says: "" } } as const]
      : []),
  ];
  const apart: Looks = (at) => [
    { kind: "holdings", at, scope: vector("vector-1"), parts: [{ digest: "a", there: 2 }] },
    { kind: "holdings", at, scope: vector("vector-2"), parts: [{ digest: "b", there: 1 }] },
  ];
  const silent: Looks = (at) =>
    ["inference-1", "inference-2", "inference-3"].flatMap((replica, n) => [
      ...(at === 0 && n === 0
        ? [
            {
              kind: "roll-call",
              at,
              replicas: ["inference-1", "inference-2", "inference-3"].map((one, port) => ({
                service: "inference",
                replica: one,
                pid: 1,
                port,
              })),
            } as const,
          ]
        : []),
      ...(at % 1500 === 0
        ? [
            {
              kind: "pulse",
              at,
              scope: { service: "inference", replica },
              pulse: { state: n === 0 && at > 0 ? "silent" : "good", ms: 1, says: "" },
            } as const,
          ]
        : []),
    ]);
  const cases = [
    [pulseDetector, "not-answering", silent],
    [metricDetector, "stalled", still],
    [metricDetector, "telemetry-lost", dark],
    [deepProbeDetector, "completes-nothing-unmeasured", missed],
    [holdingsDetector, "documents-lacking", apart],
  ] as const;
  for (const [detector, name, looks] of cases) {
    const of = detector as Detector<unknown>;
    const [first = Number.NaN, ...more] = standsAt(of, name, looks, Infinity);
    // Without a gap.
    expect(standsAt(of, name, looks, first + 500), name).toEqual([first, ...more]);
    expect(standsAt(of, name, looks, first - 1000)[0], name).toBeGreaterThan(first);
  }
});

/** A server in a thread of its own, which answers, if it does, once this thread has no turn. */
async function elsewhere(answers: boolean) {
  const code = `
    const { createServer } = require("node:http");
    const { parentPort, workerData: { answers, gate } } = require("node:worker_threads");
    const server = createServer((_, response) => {
      const answer = () => (Atomics.load(gate, 0) === 1 ? response.end("{}") : setImmediate(answer));
      if (answers) answer();
      parentPort.postMessage("asked");
    });
    server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
  `;
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(code, { eval: true, workerData: { answers, gate } });
  onTestFinished(async () => void (await worker.terminate()));
  const messages = on(worker, "message");
  const next = async (): Promise<unknown> => ((await messages.next()).value as readonly unknown[])[0];
  const port = Number(await next());
  return {
    port,
    /** So many requests have come there. */
    asked: async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) expect(await next()).toBe("asked");
    },
    /** Nobody in this thread has a turn for so long, and timers have theirs before what has come over the network. */
    holdUp: async (ms: number): Promise<void> => {
      await new Promise<void>((over) => {
        setImmediate(() => {
          Atomics.store(gate, 0, 1);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
          over();
        });
      });
    },
  };
}

test("a healer that had no turn until its limits were over hears what was answered in time", async () => {
  const { port, asked, holdUp } = await elsewhere(true);
  const look = askJson({ port, path: "/health", timeoutMs: 300 });
  const read = getText(new URL(`http://127.0.0.1:${port}/metrics`), { accept: "*/*", timeoutMs: 300 });
  await asked(2);
  await holdUp(1000);
  expect(await look).toMatchObject({ kind: "answered", status: 200 });
  expect(await read).toMatchObject({ ok: true });
});

test("and whom nobody answered is silent all the same", async () => {
  const { port, asked, holdUp } = await elsewhere(false);
  const look = askJson({ port, path: "/health", timeoutMs: 300 });
  await asked(1);
  await holdUp(600);
  expect(await look).toMatchObject({ kind: "silent" });
});
