import { expect, test } from "vitest";
import {
  firstRun,
  firstVerdictRow,
  killsRow,
  overheadRow,
  t0Row,
  trialLine,
} from "../../../../programs/bench/platforms/figures.ts";

const error = { errorMs: 1, isInside: true, widthMs: 3, provedMs: 200 };
const good = { error, share: 0.05 };

test("an error of t0 is kept only when every trial has one, none above the goal and none outside its interval", () => {
  expect(t0Row([good, good])).toMatchObject({ isKept: true, what: expect.stringContaining("2 of 2 kills") as unknown });
  const missing = t0Row([good, {}, good]);
  expect(missing.isKept).toBe(false);
  expect(`${missing.what}: ${missing.reached}`).toMatch(/2 of 3 kills: worst 1\.0 ms.*; 1 not seen$/);
  expect(t0Row([good, { error: { ...error, errorMs: 6 } }]).isKept).toBe(false);
  const outside = t0Row([good, { error: { ...error, isInside: false } }]);
  expect(outside).toMatchObject({ isKept: false, reached: expect.stringContaining("interval 1 of 2") as unknown });
  expect(t0Row([{}, {}])).toMatchObject({
    isKept: false,
    reached: expect.stringContaining("worst not seen") as unknown,
  });
  expect(t0Row([]).isKept).toBe(false);
  expect([trialLine(1, good), trialLine(2, {})]).toEqual([
    "run 1: t0 1.0 ms from the event (our proof: 200.0 ms), overhead 5.0 %",
    "run 2: t0 not seen from the event (our proof: not seen), overhead not seen",
  ]);
});

test("an overhead that was not seen is above every other, at the median too", () => {
  expect(overheadRow([good, good, {}])).toMatchObject({
    isKept: true,
    what: expect.stringContaining("2 of 3 trials") as unknown,
    reached: "median 5.0 %, worst seen 5.0 %; 1 not seen",
  });
  expect(overheadRow([good, {}, {}])).toMatchObject({
    isKept: false,
    reached: expect.stringContaining("median not seen") as unknown,
  });
  expect(overheadRow([]).isKept).toBe(false);
});

test("the bound of kills is on those that struck, of which there must be two of three", () => {
  const rounds = (struck: number, ended: number, left: readonly string[] = []) => [
    ...Array.from({ length: struck }, () => ({ wasRunning: true, left: [] })),
    ...Array.from({ length: ended }, () => ({ wasRunning: false, left })),
  ];
  const kept = killsRow(rounds(40, 20));
  expect(kept).toMatchObject({
    isKept: true,
    what: expect.stringContaining("60 rounds, 40 of them while it ran") as unknown,
  });
  // Of none in 40: 1 − 0.05^(1/40).
  expect(kept.reached).toContain(
    "0 of 40 with residues: with 95 % certainty at most 7.2 % of kills that strike; 0 of 20",
  );
  expect(killsRow(rounds(39, 21))).toMatchObject({
    isKept: false,
    reached: expect.stringMatching(/too few struck, 40 must$/) as unknown,
  });
  expect(killsRow(rounds(40, 20, ["container x"]))).toMatchObject({
    isKept: false,
    reached: expect.stringContaining("; 20 of 20 after") as unknown,
  });
  expect(killsRow([...rounds(40, 0), { wasRunning: true, left: ["volume y"] }]).isKept).toBe(false);
  expect(killsRow(rounds(0, 3)).isKept).toBe(false);
});

test("a first run is kept when it decides something in time", () => {
  expect(firstVerdictRow({ seconds: 90.4, outcome: "fail", why: "" })).toMatchObject({
    isKept: true,
    reached: "fail after 90 s",
  });
  expect(firstVerdictRow({ seconds: 181, outcome: "pass", why: "" }).isKept).toBe(false);
  expect(firstVerdictRow({ seconds: 20, outcome: "inconclusive", why: "environment-calm\n" })).toMatchObject({
    isKept: false,
    reached: "inconclusive after 20 s, which is no verdict: environment-calm",
  });
  expect(firstVerdictRow({ why: "lint: 1 problem" })).toMatchObject({
    isKept: false,
    reached: "no run, which is no verdict: lint: 1 problem",
  });
});

test("a run that decides nothing is not the last as long as there is time", () => {
  const isOver = (outcome: string, seconds: number): boolean => firstRun({ outcome, seconds, why: "" }).isOver;
  expect([isOver("inconclusive", 70), isOver("inconclusive", 181), isOver("pass", 70)]).toEqual([false, true, true]);
});
