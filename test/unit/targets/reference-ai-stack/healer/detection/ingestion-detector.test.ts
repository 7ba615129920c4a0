// What the healer holds against the ingestion, by the queue that it publishes.
import { expect, it } from "vitest";
import { runDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/detector.ts";
import { ingestionDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/ingestion-detector.ts";
import { readIngestion } from "../../../../../../targets/reference-ai-stack/healer/telemetry/read-ingestion.ts";
import type { IngestionLook } from "../../../../../../targets/reference-ai-stack/healer/telemetry/read-ingestion.ts";

const scope = { service: "ingestion", replica: "ingestion" };
const calm: IngestionLook = {
  lagMs: 0,
  freshWithinMs: 2000,
  atOnce: 4,
  mostAtOnce: 16,
  held: [],
  writeRefused: null,
  spareCopies: 0,
  spareTags: [],
  quarantined: [],
  head: null,
  tags: {},
  suspects: [],
};
type Head = NonNullable<IngestionLook["head"]>;

function headed(head: Partial<Head>): IngestionLook {
  const whole = {
    seq: 3,
    source: "notes",
    batch: "b",
    attempts: 1,
    kind: null,
    reason: "why",
    nextInMs: 0,
    waitsFor: null,
    mapping: null,
  };
  return { ...calm, head: { ...whole, ...head } };
}

function signalsOf(...views: readonly IngestionLook[]): readonly string[] {
  const detector = runDetector(ingestionDetector);
  views.forEach((view, n) => detector.take({ kind: "ingestion", at: 10_000 + n * 500, scope, view }));
  return detector.signals().map(({ name }) => name);
}

it("leaves a queue alone that is empty, works, or has failed once", () => {
  expect(signalsOf(calm)).toEqual([]);
  expect(signalsOf(headed({ attempts: 0 }))).toEqual([]);
  expect(signalsOf(headed({ attempts: 2, kind: "unreadable" }))).toEqual([]);
  expect(signalsOf(headed({ attempts: 1, kind: "schema" }))).toEqual([]);
  expect(signalsOf(headed({ attempts: 3, kind: "unreachable", nextInMs: 900 }))).toEqual([]);
});

it("tells a document that fails each time from records of another form, and both from a batch that is suspect", () => {
  expect(signalsOf(headed({ attempts: 3, kind: "unreadable" }))).toEqual(["batch-stuck"]);
  expect(signalsOf(headed({ attempts: 3, kind: "refused" }))).toEqual(["batch-stuck"]);
  expect(signalsOf(headed({ attempts: 2, kind: "schema" }))).toEqual(["schema-drifts"]);
  const suspects = [{ seq: 1, source: "notes", batch: "b", says: "4 of 4 documents have the same text" }];
  expect(signalsOf({ ...calm, suspects })).toEqual(["batch-suspect"]);
  expect(signalsOf({ ...calm, suspects }, calm)).toEqual([]);
});

it("holds a pause against the queue only once those behind it have been well for a while", () => {
  const detector = runDetector(ingestionDetector);
  const paused = headed({ attempts: 6, kind: "unreachable", nextInMs: 7000 });
  const look = (at: number): readonly string[] => {
    detector.take({ kind: "ingestion", at, scope, view: paused });
    return detector.signals().map(({ name }) => name);
  };
  const pulse = { state: "refused", ms: 1, says: "" } as const;
  detector.take({ kind: "pulse", at: 10_000, scope: { service: "embedder", replica: "embedder" }, pulse });
  expect([look(10_100), look(12_100)]).toEqual([[], ["queue-waits"]]);
  const manifest = { matches: true, rows: 1, writeRefused: "disk I/O error" };
  detector.take({ kind: "manifest", at: 12_150, scope: { service: "vector", replica: "vector-1" }, manifest });
  expect([look(12_160), look(14_200)]).toEqual([[], ["queue-waits"]]);
  const replicas = [
    { service: "vector", replica: "vector-1", pid: null, port: 1 },
    { ...scope, pid: 5, port: 2 },
  ];
  detector.take({ kind: "roll-call", at: 14_250, replicas });
  expect(look(14_300)).toEqual([]);
  detector.take({ kind: "roll-call", at: 20_000, replicas: [{ ...scope, pid: null, port: 2 }] });
  expect(detector.signals()).toEqual([]);
});

it("believes the ingestion that it gets no answer, by its own way, for as long as its longest pause", () => {
  const detector = runDetector(ingestionDetector);
  const look = (at: number, waitsFor: string | null): readonly string[] => {
    const view = headed({ attempts: 6, kind: "unreachable", nextInMs: 7000, waitsFor });
    detector.take({ kind: "ingestion", at, scope, view });
    return detector.signals().map(({ name }) => name);
  };
  const says = "the embedder answered 503";
  expect([look(10_000, says), look(20_000, says), look(39_900, says)]).toEqual([[], [], []]);
  // All are well: two seconds later the pause has no reason any more.
  expect([look(40_000, null), look(41_800, null), look(41_900, null)]).toEqual([[], [], ["queue-waits"]]);
  // It says so again, and for too long.
  expect([look(42_000, says), look(71_900, says), look(73_900, says)]).toEqual([[], [], ["queue-waits"]]);
});

it("takes a queue for behind once one batch after the other comes too late, and not for one large batch", () => {
  const late = (seq: number): IngestionLook => ({ ...headed({ seq, attempts: 0 }), lagMs: 2500 });
  const one = [late(3), late(3), late(3), late(3), late(3), late(3)];
  expect(signalsOf(...one)).toEqual([]);
  // A few small ones behind it, done within a second.
  expect(signalsOf(...one, late(4), late(6), late(8))).toEqual([]);
  expect(signalsOf(...one, late(4), late(4), late(5), late(5))).toEqual(["ingestion-lags"]);
  expect(signalsOf(...one, late(4), { ...late(4), lagMs: 1900 }, late(5), late(5))).toEqual([]);
  const failing = { ...headed({ seq: 6, attempts: 1, kind: "unreachable" }), lagMs: 4000 };
  expect(signalsOf(...one, late(4), late(4), late(5), late(5), failing)).toEqual([]);
});

it("holds a source against the ingestion once nobody renews its hold and what lies there is late", () => {
  const held = (waitedMs: number, isStale: boolean): IngestionLook => {
    return { ...calm, lagMs: waitedMs, held: [{ source: "notes", batches: 2, waitedMs, isStale }] };
  };
  expect(signalsOf(held(5000, false))).toEqual([]);
  expect(signalsOf(held(1900, true))).toEqual([]);
  expect(signalsOf(held(3100, true))).toEqual(["source-held"]);
  expect(signalsOf(held(3100, true), calm)).toEqual([]);
});

it("holds a full disk against the ingestion once it has refused for a while without a break", () => {
  const full: IngestionLook = { ...calm, lagMs: 900, writeRefused: "ENOSPC: the folder is full", spareCopies: 3 };
  expect(signalsOf(full, full, full)).toEqual([]);
  expect(signalsOf(full, full, calm, full)).toEqual([]);
  expect(signalsOf(full, full, full, full)).toEqual(["intake-refused"]);
  expect(signalsOf(full, full, full, full, calm)).toEqual([]);
});

it("holds a disk that takes no note of the head against the ingestion, and nothing against those behind it", () => {
  const head = { attempts: 7, kind: "disk", nextInMs: 9000, reason: "database or disk is full" } as const;
  const full = { ...headed(head), writeRefused: "database or disk is full" };
  expect(signalsOf(full, full, full, full)).toEqual(["intake-refused"]);
  expect(readIngestion(full)).toEqual(full);
});

it("sees nothing in an answer that has another shape", () => {
  expect(readIngestion({ ...calm, more: 1 })).toEqual(calm);
  for (const odd of [null, "", [], {}, { ...calm, head: { seq: "1" } }]) expect(readIngestion(odd)).toBeNull();
});
