// Live progress: whoever watches sees why requests fail and what a probe was answered, once, and without orders to the
// terminal.

import { describe, expect, test } from "vitest";
import { consoleReporter } from "../../../src/reporters/console.ts";
import { trialName } from "../../../src/core/plan.ts";
import { runEventSchema, type RunEvent } from "../../../src/records/run-events.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { tellTrial } from "../../../src/run/tell-trial.ts";
import { columnsOf } from "../../../src/report/text.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

/** What is printed for these events of a trial, on a terminal of `columns` or, without it, elsewhere. */
function printed(events: readonly TimelineEvent[], columns?: number): string {
  const pieces: string[] = [];
  const out = {
    isTTY: columns !== undefined,
    columns: columns ?? 80,
    write: (piece: string) => pieces.push(piece) > 0,
  };
  const { on } = consoleReporter(out, () => 0);
  const tell = (event: RunEvent): void => on?.(runEventSchema.parse(structuredClone(event)));
  const trial = trialName(basePlan);
  tell(started);
  tell({ kind: "trialPlanned", trial, number: 1, estimateMs: 10_000 });
  tell({ kind: "trialStarted", trial });
  const take = tellTrial(basePlan, tell);
  for (const event of events) take(event);
  tell({ kind: "trialJudged", trial, outcome: "pass", says: "pass" });
  tell({ kind: "runFinished" });
  return pieces.join("");
}

const started: RunEvent = {
  kind: "runStarted",
  version: 1,
  runId: "r",
  suite: null,
  seed: 1,
  harness: "0",
  intents: 1,
  planned: 1,
  open: false,
  estimateMs: 10_000,
  touches: [],
};

const unseen = (at: number, reason: string): TimelineEvent => ({
  kind: "reading",
  at,
  probe: "retrieval.self",
  from: at - 5,
  reading: { ok: false, reason },
});
const failed = (id: number, error: string): TimelineEvent => ({
  kind: "request",
  at: 1000 + id,
  id,
  intended: 1000,
  sent: 1000,
  firstToken: null,
  done: null,
  outcome: "error",
  error,
  right: null,
});
const phase = (at: number, name: "warmup" | "baseline" | "observe" | "teardown"): TimelineEvent => ({
  kind: "phase",
  at,
  phase: name,
});

describe("live progress", () => {
  test("names the commonest error", () => {
    const text = printed([
      failed(1, "timeout"),
      failed(2, "status 404"),
      failed(3, "status 404"),
      phase(1100, "baseline"),
    ]);
    expect(text).toContain("commonest error: status 404");
  });

  test("says once, before the injection, that a probe sees nothing, and why", () => {
    const text = printed([
      phase(0, "warmup"),
      unseen(10, "answered 401"),
      phase(500, "baseline"),
      unseen(600, "answered 401"),
    ]);
    expect(text.match(/retrieval\.self sees nothing: answered 401/g)).toHaveLength(1);
  });

  test("says nothing of a probe that goes dark after the injection, or while the stack boots", () => {
    const confirmed: TimelineEvent = { kind: "fault", at: 900, disturbance: 0, step: "confirmed" };
    const text = printed([
      unseen(5, "no replica"),
      phase(500, "baseline"),
      confirmed,
      phase(950, "observe"),
      unseen(999, "gone"),
    ]);
    expect(text).not.toContain("sees nothing");
  });

  test("makes no order to the terminal of what was answered", () => {
    expect(printed([phase(0, "baseline"), unseen(10, "a\u001b[31mb")])).toContain("a\ufffd[31mb");
  });

  test("writes a line a phase into a log, without readings, orders to a terminal or the same error twice", () => {
    const readings = Array.from({ length: 50 }, (_, id) => failed(id, "status 404"));
    const text = printed([phase(0, "warmup"), ...readings, phase(1100, "baseline"), phase(1200, "observe")]);
    expect(text.match(/warmup|baseline|observe/g)).toEqual(["warmup", "baseline", "observe"]);
    expect(text.match(/status 404/g)).toHaveLength(1);
    for (const part of ["\r", "\u001b", "slow", "wrong"]) expect(text).not.toContain(part);
  });

  const claim = (at: number, type: "detected" | "action.started"): TimelineEvent => ({
    kind: "claim",
    at,
    claim: {
      type,
      id: `${type}-${at}`,
      time: "2026-11-28T00:00:00Z",
      incident: "i1",
      scope: { service: "inference", replica: "inference-1" },
      reasons: [],
    },
  });

  test("writes claims and what probes miss into the line of the next phase, so that a log has one line a phase", () => {
    const text = printed([
      phase(0, "warmup"),
      unseen(10, "answered 401"),
      phase(500, "baseline"),
      phase(1200, "observe"),
      claim(1300, "detected"),
      claim(1400, "action.started"),
      phase(1500, "teardown"),
    ]);
    const lines = text.split("\n").filter((line) => line.startsWith("[1/1]"));
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/baseline .*retrieval\.self sees nothing: answered 401/);
    expect(lines[3]).toMatch(/teardown .*healer: detected .*; healer: action\.started/);
    expect(text.split("\n").filter((line) => /healer|401/.test(line))).toHaveLength(2);
  });

  test("says what is left to say with the verdict", () => {
    const text = printed([phase(0, "baseline"), unseen(10, "answered 401")]);
    expect(text).toMatch(/pass .*answered 401/);
  });

  test.each([60, 80, 120])("keeps the live line within a terminal of %i columns, also of wide letters", (columns) => {
    const wide = Array.from({ length: 20 }, (_, id) => failed(id, "遅い応答".repeat(20)));
    const text = printed([phase(0, "warmup"), ...wide, phase(1100, "baseline"), phase(1200, "observe")], columns);
    const drawn = text.split("\r\u001b[J").filter((line) => line !== "" && !line.includes("\n"));
    expect(drawn.length).toBeGreaterThan(0);
    for (const line of drawn) expect(columnsOf(line)).toBeLessThan(columns);
  });
});
