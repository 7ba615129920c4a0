// Live progress: whoever watches sees why requests fail and what a probe was answered, once, and without orders to the
// terminal.

import { WriteStream } from "node:tty";
import { describe, expect, test } from "vitest";
import { makeProgress } from "../../../src/cli/progress.ts";
import type { TimelineEvent } from "../../../src/core/timeline.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

/** What is printed for these events where the output is no terminal. */
function printed(events: readonly TimelineEvent[]): string {
  let text = "";
  const out = Object.create(WriteStream.prototype, {
    isTTY: { value: false },
    write: { value: (piece: string) => (text += piece) !== "" },
  }) as NodeJS.WriteStream;
  const take = makeProgress(out, 1, 10_000).trial(basePlan, 1);
  for (const event of events) take(event);
  return text;
}

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
const phase = (at: number, name: "warmup" | "baseline" | "observe"): TimelineEvent => ({
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
    expect(text).toMatch(/errors .*% .*commonest error: status 404/);
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
});
