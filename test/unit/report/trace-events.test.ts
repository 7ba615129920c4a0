// A trial as a trace: by the rules of the Trace Event Format as it is published, and those that Perfetto adds.

import { expect, test } from "vitest";
import { z } from "zod";
import { traceFile } from "../../../src/report/trace-events.ts";
import { trialPage } from "../../../src/report/trial-page.ts";
import type { TraceEvent } from "../../../src/report/trace-events.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";
import { T0 } from "../../builders/sample-trial.ts";

// "Trace Event Format", Google Docs 1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU: common fields, then what each phase
// must have; nothing else is written.
const micros = z.int().min(0);
const common = { name: z.string(), ts: micros, pid: z.int().min(0), tid: z.int().min(0) };
const args = z.record(z.string(), z.unknown());
const cat = z.string().min(1);
const event = z.discriminatedUnion("ph", [
  z.strictObject({ ...common, ph: z.literal("X"), cat, dur: micros, args: args.optional() }),
  z.strictObject({ ...common, ph: z.literal("b"), cat, id: z.string().min(1), args: args.optional() }),
  z.strictObject({ ...common, ph: z.literal("e"), cat, id: z.string().min(1) }),
  z.strictObject({ ...common, ph: z.literal("i"), cat, s: z.enum(["g", "p", "t"]), args: args.optional() }),
  z.strictObject({ ...common, ph: z.literal("C"), cat, args: z.record(z.string(), z.number()) }),
  z.strictObject({
    ...common,
    ph: z.literal("M"),
    name: z.enum(["process_name", "process_labels", "process_sort_index", "thread_name", "thread_sort_index"]),
    args: z.union([z.strictObject({ name: z.string() }), z.strictObject({ sort_index: z.int() })]),
  }),
]);
const file = z.strictObject({ displayTimeUnit: z.enum(["ms", "ns"]), otherData: args, traceEvents: z.array(event) });

const request = (id: number, due: number, done: number | null, stream?: string) => ({
  kind: "request" as const,
  id,
  ...(stream !== undefined && { stream }),
  intended: T0 + due,
  sent: T0 + due + 1,
  firstToken: null,
  done: done === null ? null : T0 + done,
  at: T0 + (done ?? due + 3000),
  outcome: done === null ? ("error" as const) : ("answered" as const),
  ...(done === null && { error: "timeout" }),
  right: null,
});

function traces() {
  const { run, records } = sampleRun();
  return run.intents.flatMap(({ trials }) =>
    trials.map((trial) => {
      const timeline = records.find(({ plan }) => plan === trial.plan)?.timeline ?? [];
      return traceFile(trial, [...timeline, request(1, 0, 200), request(2, 100, null), request(1, 50, 90, "batch")]);
    }),
  );
}

test("every trial of the sample, hostile words too, is a file of the published form", () => {
  for (const trace of traces()) {
    const read = file.safeParse(JSON.parse(JSON.stringify(trace)));
    expect(read.error?.issues ?? []).toEqual([]);
  }
  expect(traces().length).toBeGreaterThan(4);
});

test("what lasts ends after it began, complete events of a row never overlap, and every row has a name", () => {
  for (const { traceEvents } of traces()) {
    const of = (ph: TraceEvent["ph"]) => traceEvents.filter((one) => one.ph === ph);
    const ends = new Map(of("e").map((one) => [`${one.cat} ${one.name} ${one.id}`, one.ts]));
    expect(ends.size).toBe(of("b").length);
    for (const { cat: kind, name, id, ts } of of("b"))
      expect(ends.get(`${kind} ${name} ${id}`)).toBeGreaterThanOrEqual(ts);
    const last = new Map<number, number>();
    for (const { tid, ts, dur = 0 } of of("X").toSorted((a, b) => a.ts - b.ts)) {
      expect(ts).toBeGreaterThanOrEqual(last.get(tid) ?? 0);
      last.set(tid, ts + dur);
    }
    const named = new Set(
      of("M")
        .filter((one) => one.name === "thread_name")
        .map(({ tid }) => tid),
    );
    expect(traceEvents.filter(({ tid }) => !named.has(tid))).toEqual([]);
  }
});

test("marks, claims, actions, requests and readings stand where the timeline has them, in microseconds", () => {
  const { run, records } = passingRun();
  const trial = run.intents[0]?.trials[0];
  if (trial === undefined) throw new Error("the sample has no trial");
  const { traceEvents } = traceFile(trial, [...(records[0]?.timeline ?? []), request(7, 100, null)]);
  const find = (name: string, ph: string) => traceEvents.find((one) => one.name === name && one.ph === ph);
  expect(find("t6 recovered", "i")?.ts).toBe((T0 + 6080) * 1000);
  expect(find("classified crash", "i")?.ts).toBe((T0 + 2180) * 1000);
  expect(find("restart inference-2: done", "b")?.ts).toBe((T0 + 2260) * 1000);
  expect(find("restart inference-2: done", "e")?.ts).toBe((T0 + 5200) * 1000);
  expect(find("request error", "b")).toMatchObject({ ts: (T0 + 100) * 1000, args: { id: 7, error: "timeout" } });
  expect(find("request error", "e")?.ts).toBe((T0 + 3100) * 1000);
  expect(find("replicas.inference", "C")?.args).toEqual({ value: 2 });
  expect(find("baseline", "X")).toMatchObject({ ts: 8_000_000, dur: (T0 - 60 - 8000) * 1000 });
});

test("a trial of hours is a trace and a page, too: no call takes an argument for each event", async () => {
  const { run, records } = passingRun();
  const trial = run.intents[0]?.trials[0];
  if (trial === undefined) throw new Error("the sample has no trial");
  const readings = Array.from({ length: 200_000 }, (_, n) => ({
    kind: "reading" as const,
    at: T0 + n,
    from: T0 + n - 1,
    probe: "replicas.inference",
    reading: { ok: true as const, value: 2 },
  }));
  const timeline = [...(records[0]?.timeline ?? []), ...readings];
  expect(traceFile(trial, timeline).traceEvents.length).toBeGreaterThan(200_000);
  const place = { path: "intents.0.trials.0", id: "trial-0-0", open: true };
  const page = await trialPage(trial, { place, timeline, block: [trial], past: [], seed: 1 });
  expect(page).toContain("</html>");
  // What does not change takes no room.
  expect(page.length).toBeLessThan(200_000);
});
