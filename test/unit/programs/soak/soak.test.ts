import { expect, test } from "vitest";
import { seeded } from "../../../../targets/reference-ai-stack/healer/detection/chance.ts";
import { DAY_MS, gapMs, promptOf, ratePerSecond } from "../../../programs/soak/healthy-load.ts";
import { changesBetween, tallyOf } from "../../../programs/soak/tally.ts";

test("the load goes up and down, has bursts, and comes by chance at the rate that it says", () => {
  const rates = Array.from({ length: 3600 }, (_, second) => ratePerSecond(second * 1000));
  expect(Math.min(...rates)).toBeLessThan(6);
  expect(Math.max(...rates)).toBeGreaterThan(18);
  const random = seeded(1);
  let [at, sent] = [0, 0];
  for (; at < 10 * DAY_MS; sent += 1) at += gapMs(at, random);
  const mean = rates.reduce((sum, rate) => sum + rate, 0);
  expect(Math.abs(sent / mean - 1)).toBeLessThan(0.02);
});

test("prompts are of every length and script, and some answers come whole", () => {
  const random = seeded(2);
  const all = Array.from({ length: 500 }, () => promptOf(["How do I read a file?", "What is a stream?"], random));
  expect(new Set(all.map(({ text }) => text)).size).toBeGreaterThan(30);
  expect(Math.max(...all.map(({ text }) => text.length))).toBeGreaterThan(150);
  expect(all.some(({ text }) => text.includes("読む"))).toBe(true);
  expect(new Set(all.map(({ stream }) => stream))).toEqual(new Set([true, false]));
});

test("the audit tells actions, incidents and claims; what else it holds is none of them", () => {
  const lines = [
    { what: "started" },
    { what: "learning.changed" },
    { what: "detected", incident: "inc-1" },
    { what: "action.started", incident: "inc-1", action: "restart-replica vector-1" },
    { what: "detected", incident: "inc-2" },
    { what: "held", incident: "inc-2" },
  ];
  expect(tallyOf(lines.map((line) => JSON.stringify(line)).join("\n"))).toEqual({
    actions: ["restart-replica vector-1"],
    incidents: 2,
    claims: { detected: 2, "action.started": 1, held: 1 },
  });
  expect(tallyOf("")).toEqual({ actions: [], incidents: 0, claims: {} });
});

test("what became of the stack tells an action that nobody claimed", () => {
  const before = [
    { replica: "a", pid: 1, weight: 1 },
    { replica: "b", pid: 2, weight: 1 },
    { replica: "c", pid: 3 },
  ];
  const after = [
    { replica: "a", pid: 1, weight: 0 },
    { replica: "b", pid: 7, weight: 1 },
    { replica: "d", pid: 9 },
  ];
  expect(changesBetween(before, before)).toEqual([]);
  expect(changesBetween(before, after)).toEqual([
    "d has come",
    "a has another weight (1 → 0)",
    "b has another process (2 → 7)",
    "c is gone",
  ]);
});
