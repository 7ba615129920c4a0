// Reasons of others reach the timeline as one short line without secrets, whichever event carries them, and stay
// readable by its schema.

import { expect, test } from "vitest";
import { inPlainWords } from "../../../src/trial/plain-words.ts";
import { makeRecorder } from "../../../src/trial/recorder.ts";
import { type TimelineEvent, timelineEventSchema } from "../../../src/records/timeline/event.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

const leak = `GET http://me:hunter2@h/x?key=1\nAuthorization: Bearer abcdef123\u0007 ${"long ".repeat(400)}`;
const ended = { id: 1, intended: 0, sent: 0, firstToken: null, right: null } as const;

const carrying: readonly TimelineEvent[] = [
  { kind: "request", at: 1, ...ended, done: null, outcome: "error", error: leak },
  { kind: "request", at: 1, ...ended, done: 1, outcome: "answered", note: leak },
  { kind: "reading", at: 1, probe: "p", from: 0, reading: { ok: false, reason: leak } },
  { kind: "reading", at: 1, probe: "p", from: 0, reading: { ok: false, reason: leak, unfit: true } },
  { kind: "reading", at: 1, probe: "p", from: 0, reading: { ok: true, value: 1, note: leak } },
  { kind: "trouble", at: 1, where: "load", reason: leak },
  { kind: "fault", at: 1, disturbance: 0, step: "unconfirmed", reason: leak },
  { kind: "feed", at: 1, state: "refused", reason: leak },
  { kind: "write", at: 1, from: 0, id: "n", ok: false, reason: leak },
  { kind: "read-back", at: 1, from: 0, id: "n", found: null, reason: leak },
  { kind: "audit", at: 1, from: 0, look: { ok: false, reason: leak } },
  { kind: "abort", at: 1, name: "a", expression: "x", values: {}, blind: { forMs: 1, reason: leak } },
];

/** The event with each text that was made plain left out. */
function withoutWords(event: unknown): unknown {
  const words = new Set(["error", "note", "reason"]);
  return JSON.parse(JSON.stringify(event, (key, value: unknown) => (words.has(key) ? "" : value)));
}

test.each(carrying.map((event) => [`${event.kind} ${JSON.stringify(event).slice(0, 60)}`, event] as const))(
  "a reason of others loses its secrets and lines before it is written: %s",
  (_name, event) => {
    const written: TimelineEvent[] = [];
    makeRecorder(basePlan, { now: () => 0, epochNs: "0" }, (line) => written.push(line)).record(event);
    const line = JSON.stringify(written);
    expect(line).not.toMatch(/hunter2|key=1|abcdef123|\\n|\\u0007/);
    expect(line).toContain("GET http://h/x?… Authorization: Bearer …");
    expect(line.length).toBeLessThan(900);
    expect(timelineEventSchema.safeParse(written[0]).error).toBeUndefined();
    // All else is as it was: what a rule goes by must not be lost with the words.
    expect(withoutWords(written[0])).toEqual(withoutWords(event));
  },
);

test("an event without words of others is the very same", () => {
  const phase: TimelineEvent = { kind: "phase", at: 1, phase: "baseline" };
  const answered: TimelineEvent = { kind: "request", at: 1, ...ended, done: 1, outcome: "answered" };
  expect(
    [inPlainWords(phase), inPlainWords(answered)].map((event, index) => event === [phase, answered][index]),
  ).toEqual([true, true]);
});

test("each line that the stack wrote loses its secrets, is cut, and stays a line of its own", () => {
  const lines = ["GET http://u:hunter2@h/x?key=1", `long ${"x ".repeat(400)}`, "plain"];
  const event = inPlainWords({ kind: "log", from: 0, at: 100, lines });
  expect(event.kind === "log" && event.lines.length).toBe(3);
  expect(JSON.stringify(event)).not.toMatch(/hunter2|key=1/);
  expect(event.kind === "log" && Math.max(...event.lines.map(({ length }) => length))).toBeLessThanOrEqual(300);
  expect(event).toMatchObject({ from: 0, at: 100 });
});
