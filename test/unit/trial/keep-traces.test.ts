// What a trial keeps of the traces of requests that went wrong, and that nothing of it can spoil the trial.

import { expect, test } from "vitest";
import { keepTraces } from "../../../src/trial/keep-traces.ts";
import { makeRecorder } from "../../../src/trial/recorder.ts";
import type { RunningStack } from "../../../src/trial/ports.ts";
import type { RequestEvent } from "../../../src/records/timeline/request.ts";
import { timelineEventSchema } from "../../../src/records/timeline/event.ts";
import { simulatedState } from "../../builders/simulated-stack.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

const failed = (id: number, change: Partial<RequestEvent> = {}): RequestEvent => ({
  kind: "request",
  id,
  at: 10 * id + 5,
  intended: 10 * id,
  sent: 10 * id,
  firstToken: null,
  done: null,
  right: null,
  outcome: "error",
  error: "status 503",
  ...change,
});

/** The clock stands long after every request: nothing is waited for. */
const clock = { epochNs: "0", now: () => 1_000_000 };

async function keptOf(
  requests: readonly RequestEvent[],
  traceOf: RunningStack["traceOf"],
  signal: AbortSignal = new AbortController().signal,
) {
  const recorder = makeRecorder(basePlan, clock, () => undefined);
  for (const request of requests) recorder.record(request);
  const stack = { ...simulatedState({}).stack, ...(traceOf !== undefined && { traceOf }) };
  await keepTraces({ plan: basePlan, stack, clock, recorder, signal });
  return recorder.timeline.slice(requests.length);
}

const span = { service: "gateway", name: "POST /chat", depth: 0, since: 0, duration: 1 };

test("the traces of the first, the slowest and the last bad request are kept in one event, by their ids", async () => {
  const requests = [
    failed(1),
    failed(2),
    failed(3, { at: 900 }),
    failed(4),
    failed(5, { outcome: "answered", done: 55 }),
  ];
  const [event, ...more] = await keptOf(requests, ({ id }) => ({
    traceId: `id ${id}`,
    read: () => Promise.resolve({ spans: [span] }),
  }));
  expect(more).toEqual([]);
  const traces = [1, 3, 4].map((id) => ({ id, traceId: `id ${id}`, spans: [span] }));
  expect(event).toEqual({ kind: "traces", at: clock.now(), requests: traces });
  expect(timelineEventSchema.parse(event)).toEqual(event);
});

test("where the target does not say where its traces are, the ids alone are kept", async () => {
  const [event] = await keptOf([failed(1, { stream: "chat" })], () => ({ traceId: "a" }));
  expect(event).toMatchObject({ requests: [{ id: 1, stream: "chat", traceId: "a" }] });
});

test("a reading that breaks is said, and is no trouble of the trial", async () => {
  const events = await keptOf([failed(1)], () => ({ traceId: "a", read: () => Promise.reject(new Error("gone")) }));
  expect(events).toMatchObject([{ kind: "traces", requests: [{ id: 1, traceId: "a", reason: "gone" }] }]);
});

test("secrets in spans do not reach the timeline", async () => {
  const leaking = { ...span, name: "GET http://me:hunter2@h/x", error: "Authorization: Bearer abcdef123" };
  const events = await keptOf([failed(1)], () => ({
    traceId: "a",
    read: () => Promise.resolve({ spans: [leaking], reason: "token=abcdef123" }),
  }));
  expect(JSON.stringify(events)).not.toMatch(/hunter2|abcdef123/);
});

test("nothing is kept of requests that were not sent or are not ours, nor of a trial that was ended early", async () => {
  const unsent = failed(1, { outcome: "unsent", sent: null });
  const never: RunningStack["traceOf"] = () => ({ traceId: "a" });
  expect(await keptOf([unsent], never)).toEqual([]);
  expect(await keptOf([failed(1)], () => undefined)).toEqual([]);
  expect(await keptOf([failed(1)], never, AbortSignal.abort())).toEqual([]);
  expect(await keptOf([], never)).toEqual([]);
});
