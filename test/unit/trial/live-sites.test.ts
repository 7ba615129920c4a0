// Before anything is touched: are the planned sites there, alive, and not the last of their kind?

import { describe, expect, test } from "vitest";
import type { Inventory, InventoryReplica } from "../../../src/records/inventory.ts";
import type { PlannedDisturbance, TrialPlan } from "../../../src/records/plan.ts";
import { sitesAreThere } from "../../../src/trial/live-sites.ts";
import { loadTimes } from "../../builders/simulated-trial.ts";
import { kill, simulatedState, vector, type SimulatedStack } from "../../builders/simulated-stack.ts";

interface Looked {
  readonly there: boolean;
  readonly said: readonly string[];
}

async function look(told: SimulatedStack, announce = true): Promise<Looked> {
  const state = simulatedState(told);
  const there = await sitesAreThere(state, { announces: () => announce });
  const said = state.timeline.map((event) =>
    event.kind === "fault" ? `${event.disturbance} ${event.step}: ${event.reason ?? ""}` : event.kind,
  );
  return { there, said };
}

const planned = (...disturbances: PlannedDisturbance[]): Partial<TrialPlan> => ({ disturbances });
const of =
  (...replicas: InventoryReplica[]): (() => Promise<Inventory>) =>
  () =>
    Promise.resolve({ replicas });

describe("sites that are as planned", () => {
  test("are announced with what runs there and how many there are, but only when something is about to happen", async () => {
    const told = { plan: planned(kill("vector-2")) };
    const said = ["0 aiming: process.kill is about to touch vector-2 (pid 102), 1 of 2 replicas of vector"];
    expect(await look(told)).toEqual({ there: true, said });
    expect(await look(told, false)).toEqual({ there: true, said: [] });
  });

  test("include every plan that touches no site: then nobody is even asked", async () => {
    const inventory = () => Promise.reject(new Error("asked"));
    const nothing: PlannedDisturbance = {
      type: "fault",
      fault: "nothing",
      site: { service: "", replica: "" },
      seed: 1,
      params: {},
    };
    expect(await look({ plan: planned(loadTimes(2), nothing), inventory })).toEqual({
      there: true,
      said: [],
    });
  });
});

describe("a site that is not as planned makes the trial invalid, and says what is there instead", () => {
  test.each<[string, SimulatedStack, string]>([
    [
      "one that is gone",
      { plan: planned(kill("vector-3")) },
      "0 unconfirmed: process.kill was planned at vector-3, which is not there; the live inventory has vector-1 alive, vector-2 alive",
    ],
    [
      "one of another service",
      { plan: planned(kill("vector-1", "inference")) },
      "0 unconfirmed: process.kill was planned at vector-1, which is not there; the live inventory has none of it",
    ],
    [
      "one that is dead",
      { plan: planned(kill("vector-2")), inventory: of(vector(1), { ...vector(2), instance: null }, vector(3)) },
      "0 unconfirmed: process.kill was planned at vector-2, which runs nothing that answers at its address; the live inventory has vector-1 alive, vector-2 dead, vector-3 alive",
    ],
    [
      "one that the inventory lists and the platform does not see run",
      { plan: planned(kill("vector-1")), isLiving: (instance) => Promise.resolve(instance !== "pid 101") },
      "0 unconfirmed: process.kill was planned at vector-1, which runs nothing that answers at its address; the live inventory has vector-1 dead, vector-2 alive",
    ],
    [
      "the last one alive",
      { plan: planned(kill("vector-1")), inventory: of(vector(1), { ...vector(2), instance: null }) },
      "0 unconfirmed: process.kill at vector-1 would leave no replica of vector; the live inventory has vector-1 alive, vector-2 dead",
    ],
    [
      "an inventory that does not answer",
      { plan: planned(kill("vector-1")), inventory: () => Promise.reject(new Error("connection refused")) },
      "0 unconfirmed: the live inventory could not be read: connection refused",
    ],
    [
      "an inventory that is empty",
      { plan: planned(kill("vector-1")), inventory: of() },
      "0 unconfirmed: process.kill was planned at vector-1, which is not there; the live inventory has none of it",
    ],
  ])("says what the inventory says of it: %s", async (_, told, said) => {
    expect(await look(told)).toEqual({ there: false, said: [said] });
  });

  test("two faults that leave nobody together are both refused, and none is announced", async () => {
    const { there, said } = await look({
      plan: planned(kill("vector-1"), loadTimes(2), kill("vector-2")),
    });
    expect(there).toBe(false);
    expect(said.map((text) => text.slice(0, 60))).toEqual([
      "0 unconfirmed: process.kill at vector-1 would leave no repli",
      "2 unconfirmed: process.kill at vector-2 would leave no repli",
    ]);
  });
});

test("a service that the plan asks for whole may lose its last replica, no other one may", async () => {
  const whole = { ...planned(kill("vector-1"), kill("vector-2")), takesWholeService: ["vector"] };
  expect((await look({ plan: whole })).there).toBe(true);
  expect((await look({ plan: { ...whole, takesWholeService: ["inference"] } })).there).toBe(false);
});
