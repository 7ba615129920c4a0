import { expect, test } from "vitest";
import { createFakeStack } from "../fake-stack.ts";
import type { FakeStack } from "../fake-stack.ts";

const SLOW = "slower-than-siblings@inference";

async function running(options: Parameters<typeof createFakeStack>[0]): Promise<FakeStack> {
  const stack = createFakeStack(options);
  await stack.pass(12_000);
  return stack;
}

/** Answers to users come 400 ms late and active checks see nothing of it; resolves with the time to detection, ms. */
async function slowWhereChecksAreBlind(stack: FakeStack, name: string): Promise<number> {
  const sick = stack.find(name);
  const heard = stack.events.length;
  const t0 = stack.clock.now();
  Object.assign(sick, { edgeMs: 400, blind: true });
  await stack.pass(26_000);
  const own = stack.events.slice(heard);
  Object.assign(sick, { edgeMs: 0, blind: false, weight: 1 });
  await stack.pass(20_000);
  return (own.find(({ type }) => type === "detected")?.at ?? Infinity) - t0;
}

test.each([1, 2, 3])(
  "what took 12 s of standing on one replica takes half on its sibling the next time (seed %i)",
  async (seed) => {
    const stack = await running({ seed });
    const first = await slowWhereChecksAreBlind(stack, "inference-1");
    const second = await slowWhereChecksAreBlind(stack, "inference-2");
    expect(first).toBeGreaterThan(12_000);
    expect(second).toBeGreaterThan(6000);
    expect(second).toBeLessThan(first - 4500);
    expect(stack.said().filter((type) => type === "closed")).toHaveLength(2);
  },
);

test("a healer that begins anew on what the last one learned knows it, and one with nothing does not", async () => {
  const stack = await running({ seed: 5 });
  await slowWhereChecksAreBlind(stack, "inference-1");
  stack.killHealer();
  stack.startHealer();
  await stack.pass(12_000);
  expect(await slowWhereChecksAreBlind(stack, "inference-2")).toBeLessThan(10_000);
  const other = await running({ seed: 5 });
  expect(await slowWhereChecksAreBlind(other, "inference-2")).toBeGreaterThan(12_000);
});

test("nothing is learned from an incident that ended with a person", async () => {
  const stack = await running({ seed: 7 });
  stack.hands.brokenRestart = true;
  stack.find("vector-1").pid = null;
  await stack.pass(80_000);
  expect(stack.said().at(-1)).toBe("escalated");
  expect(stack.learned().changes).toEqual([]);
});

test("nothing is learned from an action that is switched off, though it looks as if it had healed", async () => {
  const stack = await running({ seed: 7, noops: ["restart-replica"] });
  const sick = stack.find("vector-1");
  sick.pid = null;
  await stack.pass(1500);
  expect(stack.said()).toContain("action.finished");
  sick.pid = 999;
  await stack.pass(10_000);
  expect(stack.said().at(-1)).toBe("closed");
  expect(stack.learned().changes).toEqual([]);
});

test("a suspicion that is refuted and goes away by itself is noise; one that stands on until it is an incident is not", async () => {
  const stack = await running({ seed: 11 });
  Object.assign(stack.find("inference-1"), { edgeMs: 400, blind: true });
  await stack.pass(5000);
  Object.assign(stack.find("inference-1"), { edgeMs: 0, blind: false });
  await stack.pass(15_000);
  expect(stack.said()).toEqual([]);
  const noise = stack.learned();
  expect(noise.changes.map(({ rule }) => rule)).toEqual([]);
  await slowWhereChecksAreBlind(stack, "inference-1");
  const factor = stack.learned().parameters.find(({ parameter }) => parameter === "limit-factor");
  expect(factor?.value ?? 1).toBe(1);
  expect(stack.learned().parameters).toContainEqual(
    expect.objectContaining({ parameter: "persist-ms", of: SLOW, value: 6000 }),
  );
});

test("after noise of a kind, three times in a row, the next has to be stronger before it is taken up", async () => {
  const stack = await running({ seed: 13 });
  for (let n = 0; n < 3; n += 1) {
    Object.assign(stack.find("inference-1"), { edgeMs: 400, blind: true });
    await stack.pass(4000);
    Object.assign(stack.find("inference-1"), { edgeMs: 0, blind: false });
    await stack.pass(20_000);
  }
  expect(stack.said()).toEqual([]);
  expect(stack.learned().changes).toMatchObject([{ parameter: "limit-factor", to: 1.1, rule: "went-away-by-itself" }]);
  Object.assign(stack.find("inference-1"), { edgeMs: 400 });
  await stack.pass(15_000);
  expect(stack.said()).toContain("closed");
});
