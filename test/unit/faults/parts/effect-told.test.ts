// An engine that is slow to tell of an effect, or does not, keeps no proof back, and moves no time of it.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EventControl, Hearing, ToldEffect } from "../../../../src/core/told-effect.ts";
import { handOnTold, listenTo } from "../../../../src/faults/parts/effect-told.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = (): Promise<never> => new Promise(() => undefined);
const open = new AbortController().signal;

/** What was noted, in order, and how long the hand-on took, ms. */
async function handedOn(told: Hearing["told"], signal = open): Promise<{ notes: unknown[]; tookMs: number }> {
  const notes: unknown[] = [];
  const began = performance.now();
  const site = {
    effectSeen: () => void notes.push("seen"),
    effectTold: (effect: ToldEffect) => void notes.push(effect),
  };
  const hearing: Hearing = {
    told(event) {
      notes.push("asked");
      return told(event);
    },
  };
  const seen = { isOver: false };
  const over = handOnTold({ hearing, event: "die" }, site, signal).finally(() => (seen.isOver = true));
  over.catch(() => undefined);
  while (!seen.isOver && performance.now() - began < 10_000) await vi.advanceTimersByTimeAsync(50);
  if (!seen.isOver) throw new Error("it still waits");
  await over;
  return { notes, tookMs: performance.now() - began };
}

test("the proof is noted before the engine is asked", async () => {
  const { notes } = await handedOn(async () => [{ lo: 1, hi: 2 }]);
  expect(notes).toEqual(["seen", "asked", { by: "engine", event: "die", lo: 1, hi: 2 }]);
});

test("an engine that does not answer is not waited for longer than a second", async () => {
  const { notes, tookMs } = await handedOn(never);
  expect(notes).toEqual(["seen", "asked"]);
  expect(tookMs).toBeLessThanOrEqual(1_050);
});

test("what goes wrong with it is no failure of the proof", async () => {
  expect((await handedOn(() => Promise.reject(new Error("no engine")))).notes[0]).toBe("seen");
  expect((await handedOn(async () => [], AbortSignal.abort(new Error("over")))).notes).toEqual(["seen", "asked"]);
});

test("an engine that does not answer keeps no harm waiting for long", async () => {
  const seen: { heard?: unknown } = {};
  const events: EventControl = { hear: never };
  void listenTo("a", events).then((heard) => (seen.heard = heard ?? "nothing"));
  await vi.advanceTimersByTimeAsync(5_050);
  expect(seen.heard).toBe("nothing");
});
