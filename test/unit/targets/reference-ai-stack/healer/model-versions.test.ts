// The loop over a stack in memory whose registry serves versions of the model.
import { expect, test } from "vitest";
import { createFakeStack } from "./fake-stack.ts";
import type { FakeStack } from "./fake-stack.ts";

const HEALED = ["detected", "classified", "decided", "action.started", "action.finished", "verified", "closed"];

const CANARY = { stable: "a-1", canary: { version: "a-2", share: 0.25 }, before: ["a-0"] };
const PROMOTED = { stable: "a-2", canary: null, before: ["a-0", "a-1"] };

/** A stack that has served `a-1` to everybody for ten seconds. */
async function running(seed: number): Promise<FakeStack> {
  const stack = createFakeStack({ seed });
  stack.models.serving = { ...CANARY, canary: null };
  await stack.pass(10_000);
  expect(stack.said()).toEqual([]);
  return stack;
}

test.each([1, 2, 3])(
  "a canary that cites nothing is rolled back by itself, and only then closed (seed %i)",
  async (seed) => {
    const stack = await running(seed);
    stack.models.bad.add("a-2");
    stack.models.serving = CANARY;
    const t0 = stack.clock.now();
    await stack.pass(20_000);
    expect(stack.said()).toEqual(HEALED);
    expect(stack.touched).toEqual(["roll back a-2"]);
    expect(stack.events[1]?.detail).toMatchObject({ class: "model-regressed" });
    expect(stack.events[0]?.incident.scope).toEqual({ service: "inference" });
    expect(stack.after("detected", t0)).toBeLessThanOrEqual(5000);
  },
);

test("a canary that answers right, but late, is rolled back by itself", async () => {
  const stack = await running(9);
  stack.models.slow.add("a-2");
  stack.models.serving = CANARY;
  await stack.pass(25_000);
  expect(stack.said()).toEqual(HEALED);
  expect(stack.touched).toEqual(["roll back a-2"]);
  const reasons = stack.events[0]?.detail.reasons.join(" ");
  expect(reasons).toContain("answers-slower");
  expect(reasons).toContain("a-2 clearly slower than a-1");
});

test("of a stable version that is slower than its canary nothing is held against either", async () => {
  const stack = await running(10);
  stack.models.slow.add("a-1");
  stack.models.serving = CANARY;
  await stack.pass(40_000);
  expect(stack.said()).toEqual([]);
});

test("a version that worsens once it answers everybody is rolled back with a person's leave", async () => {
  const stack = await running(11);
  stack.models.serving = PROMOTED;
  await stack.pass(20_000);
  expect(stack.said()).toEqual([]);
  stack.models.bad.add("a-2");
  await stack.pass(15_000);
  expect(stack.said().at(-1)).toBe("approval.requested");
  await stack.answer(stack.events[0]?.incident.id ?? "", "granted");
  await stack.pass(20_000);
  expect(stack.touched).toEqual(["roll back a-2"]);
});

test("an equal canary is left alone, however long it is watched", async () => {
  const stack = await running(4);
  stack.models.serving = { ...CANARY, canary: { version: "a-2", share: 0.5 } };
  await stack.pass(120_000);
  expect(stack.said()).toEqual([]);
  expect(stack.touched).toEqual([]);
});

test("a version that is no worse than the one before is not taken for the cause", async () => {
  const stack = await running(5);
  for (const version of ["a-0", "a-1", "a-2"]) stack.models.bad.add(version);
  stack.models.serving = CANARY;
  await stack.pass(30_000);
  expect(stack.touched).toEqual([]);
});

test("after its canary window a person is asked before it is rolled back", async () => {
  const stack = await running(6);
  stack.models.bad.add("a-2");
  stack.models.serving = PROMOTED;
  await stack.pass(15_000);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "approval.requested"]);
  expect(stack.touched).toEqual([]);
  await stack.answer(stack.events[0]?.incident.id ?? "", "granted");
  await stack.pass(20_000);
  expect(stack.touched).toEqual(["roll back a-2"]);
  expect(stack.said().at(-1)).toBe("closed");
});

test("what only one replica shows is not healed: each of them has to answer by the version before", async () => {
  const stack = await running(7);
  stack.models.bad.add("a-2");
  stack.models.serving = CANARY;
  stack.models.strays.set(stack.find("inference-2").port, "a-2");
  await stack.pass(25_000);
  expect(stack.touched).toEqual(["roll back a-2"]);
  const verified = stack.events.find(({ type }) => type === "verified");
  expect(verified?.detail).toMatchObject({ outcome: "not-healed" });
  expect(verified?.detail.reasons.join(" ")).toContain("inference-2 answers by a-2");
});

test("one bad canary after the other is withdrawn by itself: none of them takes a step back", async () => {
  const stack = await running(8);
  for (const version of ["a-2", "a-3", "a-4"]) {
    stack.models.bad.add(version);
    stack.models.serving = { ...CANARY, canary: { version, share: 0.5 } };
    await stack.pass(60_000);
  }
  expect(stack.touched).toEqual(["roll back a-2", "roll back a-3", "roll back a-4"]);
  expect(stack.said().at(-1)).toBe("closed");
  expect(stack.said()).not.toContain("approval.requested");
});

test("after two versions back within a day a person is called instead of a third, and is not only asked", async () => {
  const stack = await running(10);
  for (const version of ["a-2", "a-3", "a-4"]) {
    stack.models.bad.add(version);
    stack.models.serving = { ...PROMOTED, stable: version };
    await stack.pass(15_000);
    const asked = stack.events.findLast(({ type }) => type === "approval.requested")?.incident.id ?? "";
    if (version !== "a-4") await stack.answer(asked, "granted");
    await stack.pass(60_000);
  }
  expect(stack.touched).toEqual(["roll back a-2", "roll back a-3"]);
  expect(stack.said().at(-1)).toBe("escalated");
  const last = stack.events.at(-1)?.detail.reasons.join(" ");
  expect(last).toContain("rolled back 2 versions already");
});

test("a canary that answers everybody is not tried out any more: a person is asked", async () => {
  const stack = await running(11);
  stack.models.bad.add("a-2");
  stack.models.serving = { ...CANARY, canary: { version: "a-2", share: 1 } };
  await stack.pass(15_000);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "approval.requested"]);
  expect(stack.touched).toEqual([]);
});

test("a version that is promoted between decision and action keeps its place until a person is asked", async () => {
  const stack = await running(12);
  stack.models.bad.add("a-2");
  stack.models.serving = CANARY;
  // Somebody is quicker than the hand.
  stack.models.beforeRollBack = () => (stack.models.serving = PROMOTED);
  await stack.pass(20_000);
  expect(stack.touched).toEqual([]);
  expect(stack.models.serving).toEqual(PROMOTED);
  expect(stack.said()).not.toContain("closed");
});
