// What people do to a replica on purpose, and have said, is no failure; what is left of it when they are done is.
import { expect, test } from "vitest";
import { groupSignals } from "../../../../../targets/reference-ai-stack/healer/detection/detect.ts";
import { readInventory } from "../../../../../targets/reference-ai-stack/healer/telemetry/read-answer.ts";
import { createFakeStack } from "./fake-stack.ts";

async function underWay(name: string) {
  const stack = createFakeStack({ seed: 3 });
  await stack.pass(10_000);
  const one = stack.find(name);
  one.maintenance = "a planned restart";
  await stack.pass(500);
  one.pid = null;
  await stack.pass(3000);
  return { stack, one };
}

test.each(["inference-1", "vector-2", "embedder"])(
  "a planned restart of %s is left alone, with the reason said once",
  async (name) => {
    const { stack, one } = await underWay(name);
    one.pid = 4711;
    await stack.pass(500);
    delete one.maintenance;
    await stack.pass(15_000);
    expect(stack.said()).toEqual(["detected", "classified", "decided", "held"]);
    expect(stack.events.every(({ incident }) => incident.scope.replica === name)).toBe(true);
    const classified = stack.events.find(({ type }) => type === "classified");
    expect(classified?.detail).toMatchObject({ class: "planned-work" });
    expect(JSON.stringify(classified?.detail.reasons)).toContain("a planned restart is under way, by the inventory");
    expect(stack.touched).toEqual([]);
  },
);

test("a replica that does not come back from its planned restart is brought back once that is over", async () => {
  const { stack, one } = await underWay("inference-1");
  expect(stack.touched).toEqual([]);
  delete one.maintenance;
  await stack.pass(8000);
  expect(stack.touched).toEqual(["restart inference-1"]);
});

test("another replica that dies meanwhile is restarted as ever", async () => {
  const { stack } = await underWay("vector-2");
  stack.find("embedder").pid = null;
  await stack.pass(8000);
  expect(stack.touched).toEqual(["restart embedder"]);
});

test("planned work explains its own place alone, and only a text in the inventory says it", () => {
  const at = (replica: string, name: string) => ({ name, scope: { service: "vector", replica }, says: "so" });
  const work = at("vector-1", "under-maintenance");
  const elsewhere = at("vector-2", "process-gone");
  const groups = groupSignals([work, at("vector-1", "process-gone"), at("vector-1", "odd-together"), elsewhere]);
  expect(groups).toEqual([
    { scope: work.scope, signals: [work] },
    { scope: elsewhere.scope, signals: [elsewhere] },
  ]);
  const row = { service: "vector", replica: "vector-1", pid: 1, port: 2 };
  const read = (maintenance: unknown) => readInventory({ replicas: [{ ...row, maintenance }] })?.[0]?.maintenance;
  expect([read("a planned restart"), read(true), read(null)]).toEqual(["a planned restart", undefined, undefined]);
});
