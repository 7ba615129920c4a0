import { expect, test } from "vitest";
import fc from "fast-check";
import { openMemory } from "../../../../../../targets/reference-ai-stack/healer/learning/memory.ts";
import type { Memory } from "../../../../../../targets/reference-ai-stack/healer/learning/memory.ts";
import { PARAMETERS } from "../../../../../../targets/reference-ai-stack/healer/learning/parameters.ts";
import type { ParameterName } from "../../../../../../targets/reference-ai-stack/healer/learning/parameters.ts";
import type { Lesson } from "../../../../../../targets/reference-ai-stack/healer/learning/rules.ts";
import { createMemoryState } from "../memory-state.ts";

const SLOW = "slower-than-siblings@inference";
const FAULT = "replica-slow@inference";
const DRAIN = "redistribute-traffic/drain";

function open(state = createMemoryState()) {
  const audited: Record<string, unknown>[] = [];
  const memory = openMemory({ state, wallTime: () => "2026-11-28T00:00:00Z", audit: (one) => void audited.push(one) });
  return { memory, audited, state };
}

function lesson(incident: string, by: "checks" | "standing"): Lesson {
  return { incident, fault: FAULT, attempts: [{ way: DRAIN, healed: true }], suspicion: { kind: SLOW, by } };
}

test("an incident that its standing confirmed halves the standing that the next of its kind needs", () => {
  const { memory, audited } = open();
  memory.closed(lesson("inc-1", "standing"));
  expect(memory.value("persist-ms", SLOW)).toBe(6000);
  expect(memory.value("persist-ms", "slower-than-siblings@vector")).toBe(12_000);
  expect(audited).toContainEqual({
    principal: "healer",
    what: "learning.changed",
    event: "learning inc-1.2",
    change: "inc-1.2",
    parameter: "persist-ms",
    of: SLOW,
    from: 12_000,
    to: 6000,
    rule: "confirmed-by-standing",
    why: "active checks did not see what users felt",
    incidents: ["inc-1"],
  });
});

test("an incident that checks confirmed asks for fewer checks the next time", () => {
  const { memory } = open();
  memory.closed(lesson("inc-1", "checks"));
  expect([memory.value("confirm-tries", SLOW), memory.value("persist-ms", SLOW)]).toEqual([2, 12_000]);
});

test("each way is counted for its class and service, and the same incident counts once", () => {
  const { memory } = open();
  const attempts = [
    { way: "restore-index/peer", healed: false },
    { way: "restore-index/peer", healed: false },
    { way: "restore-index/snapshot", healed: true },
  ];
  for (let n = 0; n < 3; n += 1) memory.closed({ incident: "inc-1", fault: "index-damaged@vector", attempts });
  expect(memory.read().remedies).toEqual({
    "index-damaged@vector": {
      "restore-index/peer": { healed: 0, failed: 2 },
      "restore-index/snapshot": { healed: 1, failed: 0 },
    },
  });
});

test("noise raises the limit after three in a row, and a healed incident of its kind lowers it by a step", () => {
  const { memory } = open();
  const limits = [1, 2, 3, 4, 5, 6].map(() => {
    memory.noise(SLOW);
    return memory.value("limit-factor", SLOW);
  });
  expect(limits).toEqual([1, 1, 1.1, 1.1, 1.1, 1.21]);
  memory.closed(lesson("inc-1", "checks"));
  expect(memory.value("limit-factor", SLOW)).toBe(1.1);
  memory.noise(SLOW);
  memory.noise(SLOW);
  expect(memory.value("limit-factor", SLOW)).toBe(1.1);
});

test("noise takes back what was learned of standing, up to where it began", () => {
  const { memory } = open();
  for (const incident of ["inc-1", "inc-2"]) memory.closed(lesson(incident, "standing"));
  expect(memory.value("persist-ms", SLOW)).toBe(3000);
  const after = [1, 2, 3].map(() => {
    memory.noise(SLOW);
    return memory.value("persist-ms", SLOW);
  });
  expect(after).toEqual([6000, 12_000, 12_000]);
});

test("whatever comes, in whatever order, no number leaves its range", () => {
  const names = Object.keys(PARAMETERS) as ParameterName[];
  const events = fc.array(fc.constantFrom("checks", "standing", "noise", "back", "release"), { maxLength: 60 });
  fc.assert(
    fc.property(events, (given) => {
      const { memory } = open();
      given.forEach((event, n) => act(memory, event, n));
      for (const name of names) {
        const { least, most } = PARAMETERS[name];
        expect(memory.value(name, SLOW)).toBeGreaterThanOrEqual(least);
        expect(memory.value(name, SLOW)).toBeLessThanOrEqual(most);
      }
    }),
  );
});

function act(memory: Memory, event: string, n: number): void {
  const newest = memory.view().changes.find((change) => change.takenBack === undefined);
  if (event === "noise") memory.noise(SLOW);
  else if (event === "checks" || event === "standing") memory.closed(lesson(`inc-${n}`, event));
  else if (newest !== undefined && event === "back") memory.takeBack(newest.id, "ada");
  else if (newest !== undefined) memory.release(newest.id, "ada");
}

test("a person takes a change back with those that rest on it; it is not learned again until it is released", () => {
  const { memory, audited } = open();
  for (const incident of ["inc-1", "inc-2"]) memory.closed(lesson(incident, "standing"));
  expect(memory.takeBack("inc-1.2", "ada")?.map(({ id }) => id)).toEqual(["inc-1.2", "inc-2.2"]);
  expect(memory.value("persist-ms", SLOW)).toBe(12_000);
  expect(memory.takeBack("inc-1.2", "ada")).toBeNull();
  expect(audited.filter(({ what }) => what === "learning.taken-back")).toMatchObject([
    { principal: "ada", change: "inc-1.2" },
    { principal: "ada", change: "inc-2.2" },
  ]);
  memory.closed(lesson("inc-3", "standing"));
  expect(memory.value("persist-ms", SLOW)).toBe(12_000);
  expect(memory.view().holds).toMatchObject([{ parameter: "persist-ms", of: SLOW, by: "ada" }]);
  expect(memory.release("inc-1.2", "ada")).toBe(true);
  memory.closed(lesson("inc-4", "standing"));
  expect(memory.value("persist-ms", SLOW)).toBe(6000);
});

test("a count that is taken back takes no other count with it", () => {
  const { memory } = open();
  for (const incident of ["inc-1", "inc-2", "inc-3"]) memory.closed(lesson(incident, "checks"));
  memory.takeBack("inc-1.1", "ada");
  expect(memory.read().remedies).toEqual({ [FAULT]: { [DRAIN]: { healed: 2, failed: 0 } } });
});

test("the ledger keeps the latest changes, and what the older ones came to is not lost", () => {
  const { memory, state } = open();
  for (let n = 1; n <= 700; n += 1) memory.closed(lesson(`inc-${n}`, "standing"));
  const again = open(state).memory;
  expect(again.view().changes).toHaveLength(500);
  expect(again.read().remedies).toEqual({ [FAULT]: { [DRAIN]: { healed: 700, failed: 0 } } });
  expect(again.value("persist-ms", SLOW)).toBe(3000);
});

test("what a refuted suspicion rests doubles while the same comes back, up to a limit, and a confirmation ends that", () => {
  const { memory } = open();
  const rests = [1, 2, 3, 9].map(() => {
    memory.judged(SLOW, false);
    return memory.restMs(SLOW);
  });
  expect(rests).toEqual([1000, 2000, 4000, 4000]);
  memory.judged(SLOW, true);
  expect(memory.restMs(SLOW)).toBe(1000);
});
