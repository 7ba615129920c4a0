// What an operator of ours asked for is no remedy of the healer's; what happens beside it is.
import { expect, test } from "vitest";
import { changesBetween } from "../../../src/measure/marks/acting.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import type { InventoryChange } from "../../../src/records/timeline/inventory.ts";

const site = { service: "inference", replica: "inference-1" };
const planned = (byOperator: boolean) =>
  ({ disturbances: [{ type: "fault", fault: "f", site, ...(byOperator && { byOperator }) }] }) as unknown as TrialPlan;
const step = (at: number, name: string) => ({ kind: "fault", at, disturbance: 0, step: name }) as TimelineEvent;

type Difference = readonly [field: InventoryChange["field"], before: unknown, after: unknown];

function look(at: number, [field, before, after]: Difference, replica = site.replica) {
  const changes = [{ service: site.service, replica, field, before, after }];
  return { kind: "inventory", at, from: at - 5, lastSameFrom: at - 100, changes } as unknown as TimelineEvent;
}

/** The instants at which something was done, by whoever is not the operator. */
function doneAt(events: readonly TimelineEvent[], byOperator = true): number[] {
  const timeline = [...events].sort((a, b) => a.at - b.at);
  return changesBetween({ plan: planned(byOperator), timeline }, 0, 10_000).map(({ at }) => at);
}

const restart = [
  step(1000, "applying"),
  look(1100, ["weight", 1, null]),
  look(1300, ["instance", "pid 1", null]),
  look(1500, ["instance", null, "pid 2"]),
  look(2050, ["weight", null, 1]),
  step(2000, "confirmed"),
];

test("a planned restart is the operator's, and would be the healer's without that word in the plan", () => {
  expect(doneAt(restart)).toEqual([]);
  expect(doneAt(restart, false)).toEqual([1100, 1300, 1500, 2050]);
});

test("a second new process, another replica, another field and what comes later are somebody else's", () => {
  expect(doneAt([...restart, look(1700, ["instance", "pid 2", "pid 3"])])).toEqual([1700]);
  expect(doneAt([...restart, look(1400, ["weight", 1, 0], "inference-2")])).toEqual([1400]);
  expect(doneAt([...restart, look(1400, ["state", null, "cacheClears 1"])])).toEqual([1400]);
  expect(doneAt([...restart, look(2200, ["instance", "pid 2", "pid 3"])])).toEqual([2200]);
});

test("what brings the replica back when it is taken back is the operator's too", () => {
  const back = [step(5000, "reverting"), look(5100, ["instance", null, "pid 9"]), step(5200, "reverted")];
  expect(doneAt([...restart, ...back])).toEqual([]);
});
