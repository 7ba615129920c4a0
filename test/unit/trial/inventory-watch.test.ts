// What counts as a change between two inventories.

import { expect, test } from "vitest";
import type { InventoryReplica } from "../../../src/records/inventory.ts";
import { inventoryChanges, inventoryPeriod } from "../../../src/trial/inventory-watch.ts";

const whole: InventoryReplica = {
  service: "vector",
  replica: "vector-1",
  instance: "7 a",
  port: 4000,
  version: "a",
  weight: 1,
};

const changesTo = (now: Partial<InventoryReplica>) =>
  inventoryChanges({ replicas: [whole] }, { replicas: [{ ...whole, ...now }] });

test("nothing changed is no change", () => {
  expect(changesTo({})).toEqual([]);
});

test("another incarnation, another weight and another version are told apart, with before and after", () => {
  const site = { service: "vector", replica: "vector-1" };
  expect(changesTo({ instance: null })).toEqual([{ ...site, field: "instance", before: "7 a", after: null }]);
  expect(changesTo({ weight: 0 })).toEqual([{ ...site, field: "weight", before: 1, after: 0 }]);
  expect(changesTo({ version: "b" })).toEqual([{ ...site, field: "version", before: "a", after: "b" }]);
});

test("what was done to a replica and no other field shows is a change, whatever the order in which it is listed", () => {
  const site = { service: "vector", replica: "vector-1" };
  const one = changesTo({ state: { cacheClears: 1 } });
  expect(one).toEqual([{ ...site, field: "state", before: null, after: "cacheClears 1" }]);
  const [was, now] = [
    { ...whole, state: { a: 1, b: "x" } },
    { ...whole, state: { b: "x", a: 1 } },
  ];
  expect(inventoryChanges({ replicas: [was] }, { replicas: [now] })).toEqual([]);
});

test("a replica that came or went is a change of presence", () => {
  const fields = (before: InventoryReplica[], after: InventoryReplica[]) =>
    inventoryChanges({ replicas: before }, { replicas: after }).map(({ field, after: now }) => [field, now]);
  expect(fields([], [whole])).toEqual([["presence", "present"]]);
  expect(fields([whole], [])).toEqual([["presence", null]]);
});

test("it is looked at as often as the quickest probe looks, never more often than every 20 ms nor less than every 250", () => {
  const period = (...everyMs: number[]) =>
    inventoryPeriod({
      targetFacts: {
        hasFeed: true,
        pathways: [],
        dataProbes: [],
        stateProbes: everyMs.map((ms) => ({ name: "a.b", everyMs: ms })),
      },
    });
  expect([period(), period(500, 1000), period(500, 60), period(10)]).toEqual([250, 250, 60, 20]);
});
