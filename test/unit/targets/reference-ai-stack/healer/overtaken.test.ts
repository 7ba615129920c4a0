// A replica that dies while a case about something else is open on it: that it is down goes first.
import { expect, test } from "vitest";
import { createFakeStack } from "./fake-stack.ts";
import type { FakeStack } from "./fake-stack.ts";
import { policyWith } from "./policy-for-tests.ts";

const leaveForRestores = policyWith({ from: "pathways: {}", to: "pathways: { restore-index: { tier: high } }" });

async function running(options: Parameters<typeof createFakeStack>[0]): Promise<FakeStack> {
  const stack = createFakeStack(options);
  await stack.pass(10_000);
  expect(stack.said()).toEqual([]);
  return stack;
}

/** Each of them dies when the hand is asked the first time. */
function dieAtFirstOrder(stack: FakeStack, ...names: readonly string[]): void {
  let orders = 0;
  stack.hands.hears = () => {
    orders += 1;
    if (orders === 1) for (const name of names) stack.find(name).pid = null;
  };
}

test.each([[["vector-2"]], [["vector-1", "vector-2"]]])(
  "%s killed while the index of vector-2 is restored: all are started again, and it is whole",
  async (names) => {
    const stack = await running({ seed: 7 });
    dieAtFirstOrder(stack, ...names);
    stack.find("vector-2").damagedShare = 0.3;
    await stack.pass(17_000);
    for (const name of names) expect(stack.find(name).pid).not.toBeNull();
    expect(stack.find("vector-2").damagedShare).toBe(0);
    // The restore was done before the death was seen, and is not done twice.
    const expected = ["index vector-2 from vector-1", ...names.map((name) => `restart ${name}`)];
    expect(stack.touched.toSorted()).toEqual(expected.toSorted());
    const onDamaged = stack.incidents().filter(({ scope }) => scope.replica === "vector-2");
    // The newest first. Nothing is declared by the case that could not see the index serve.
    expect(onDamaged.map(({ state }) => state).slice(-2)).toEqual(["closed", "held"]);
    expect(stack.said()).not.toContain("escalated");
  },
);

test("a restore that came to nothing is done again once the replica is up, whose index is still damaged", async () => {
  const stack = await running({ seed: 7 });
  dieAtFirstOrder(stack, "vector-2");
  stack.find("vector-2").damagedShare = 0.3;
  while (stack.touched.length === 0) await stack.pass(100);
  // What the maker has made was not put in place.
  stack.find("vector-2").damagedShare = 0.3;
  await stack.pass(40_000);
  expect(stack.find("vector-2").pid).not.toBeNull();
  expect(stack.find("vector-2").damagedShare).toBe(0);
  expect(stack.said()).not.toContain("escalated");
  expect(stack.touched.filter((one) => one.startsWith("restart"))).toEqual(["restart vector-2"]);
});

test("a healer that is killed between the end of such a case and the next one takes up the next one", async () => {
  const stack = await running({ seed: 7 });
  dieAtFirstOrder(stack, "vector-2");
  stack.find("vector-2").damagedShare = 0.3;
  while (!stack.said().includes("held")) await stack.pass(100);
  stack.killHealer();
  stack.find("vector-2").damagedShare = 0.3;
  stack.startHealer();
  await stack.pass(40_000);
  expect(stack.find("vector-2").pid).not.toBeNull();
  expect(stack.find("vector-2").damagedShare).toBe(0);
});

test("a replica that dies while a person is asked about its index is started again without the person", async () => {
  const stack = await running({ seed: 7, policy: leaveForRestores });
  stack.find("vector-2").damagedShare = 0.3;
  await stack.pass(3000);
  expect(stack.said()).toContain("approval.requested");
  stack.find("vector-2").pid = null;
  await stack.pass(1000);
  const [{ incident } = { incident: "" }] = stack.questions();
  void stack.answer(incident, "granted");
  await stack.pass(5000);
  expect(stack.touched).toEqual(["restart vector-2"]);
});
