// A healer that is killed and started again, on the loop as it runs: what it had under way, what it knew, and what it
// had left to a person.
import { expect, test } from "vitest";
import { escalate } from "../../../../../targets/reference-ai-stack/healer/pathways/escalate.ts";
import { bad, good, pathway, step } from "../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import { createFakeStack } from "./fake-stack.ts";
import type { FakeStack } from "./fake-stack.ts";
import { policyWith } from "./policy-for-tests.ts";

const HEALED = ["detected", "classified", "decided", "action.started", "action.finished", "verified", "closed"];

async function running(options: Parameters<typeof createFakeStack>[0]): Promise<FakeStack> {
  const stack = createFakeStack(options);
  await stack.pass(10_000);
  expect(stack.said()).toEqual([]);
  return stack;
}

async function until(stack: FakeStack, type: string): Promise<void> {
  for (let ms = 0; ms < 60_000 && !stack.said().includes(type as never); ms += 100) await stack.pass(100);
  expect(stack.said()).toContain(type);
}

async function restart(stack: FakeStack, deadMs = 3000): Promise<void> {
  stack.killHealer();
  await stack.pass(deadMs);
  stack.startHealer();
}

test.each(["detected", "decided", "action.finished"])(
  "killed after %s, it goes on where it was and shows the whole incident",
  async (moment) => {
    const stack = await running({ seed: 1 });
    stack.find("vector-1").pid = null;
    await until(stack, moment);
    await restart(stack);
    await stack.pass(10_000);
    expect(stack.said()).toEqual(HEALED);
    expect(stack.touched).toEqual(["restart vector-1"]);
    expect(stack.incidents()).toMatchObject([{ state: "closed" }]);
    expect(stack.incidents()[0]?.events.map(({ type }) => type)).toEqual(HEALED);
  },
);

test("what died while it was dead is found, though the new life has never seen the stack well", async () => {
  const stack = await running({ seed: 2 });
  stack.killHealer();
  stack.find("inference-1").pid = null;
  await stack.pass(3000);
  stack.startHealer();
  await stack.pass(8000);
  expect(stack.said()).toEqual(HEALED);
  expect(stack.touched).toEqual(["restart inference-1"]);
});

test("what got slow while it was dead is found, against the baseline of the life before", async () => {
  const stack = await running({ seed: 3 });
  stack.killHealer();
  stack.find("inference-1").edgeMs = 400;
  await stack.pass(3000);
  const from = stack.clock.now();
  stack.startHealer();
  await stack.pass(12_000);
  expect(stack.touched).toEqual(["weight inference-1 0"]);
  expect(stack.after("detected", from)).toBeLessThanOrEqual(3000);
});

test("a case that can only be read when a new one has the same place in hand gives way to it", async () => {
  const stack = await running({ seed: 8 });
  stack.find("vector-1").pid = null;
  await until(stack, "decided");
  stack.killHealer();
  let open = (): void => undefined;
  stack.startHealer(new Promise((resolve) => (open = resolve)));
  // It has not read that the stack was well once, so it has to see that for itself.
  stack.find("vector-1").pid = 500;
  await stack.pass(2000);
  stack.find("vector-1").pid = null;
  const of = (id: string) => stack.events.filter(({ incident }) => incident.id === id).map(({ type }) => type);
  for (let ms = 0; ms < 60_000 && !of("inc-2").includes("action.started"); ms += 100) await stack.pass(100);
  const before = of("inc-1");
  expect(before).not.toContain("verified");
  open();
  // The lease of the one that gives way ends with it; the other one's next attempt has the target.
  await stack.pass(40_000);
  expect(of("inc-1")).toEqual([...before, "held"]);
  expect(of("inc-2").at(-1)).toBe("closed");
});

test("what was left to a person is not reported again after a restart, as long as it stands", async () => {
  const stack = await running({ seed: 3, noops: ["restart-replica"] });
  stack.find("embedder").pid = null;
  await until(stack, "escalated");
  await restart(stack);
  await stack.pass(60_000);
  expect(stack.said().filter((type) => type === "detected")).toHaveLength(1);
});

test("attempts of an earlier life count: it is not restarted for ever because the healer is", async () => {
  const stack = await running({ seed: 4 });
  stack.hands.brokenRestart = true;
  stack.find("embedder").pid = null;
  for (let n = 0; n < 8; n += 1) {
    await stack.pass(9000);
    await restart(stack, 1000);
  }
  await stack.pass(60_000);
  expect(stack.touched).toEqual(Array.from({ length: 3 }, () => "restart embedder"));
  expect(stack.said().at(-1)).toBe("escalated");
});

test("while its state cannot be written it says so once, and heals all the same", async () => {
  const stack = await running({ seed: 5 });
  stack.healer.trouble = "the healer's state file is full";
  await stack.pass(2000);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "escalated"]);
  expect(stack.events[0]?.incident.scope).toEqual({ service: "healer", replica: "healer" });
  expect(stack.events[0]?.detail.reasons.join(" ")).toContain("the healer's state file is full");
  stack.find("vector-2").pid = null;
  await stack.pass(20_000);
  expect(stack.said().slice(4)).toEqual(HEALED);
  expect(stack.touched).toEqual(["restart vector-2"]);
});

const asked = pathway("replica", {
  name: "ask-first",
  answers: ["replica-down"],
  tier: "high",
  says: "for this test",
  ways: [{ name: "at once" }],
  preconditions: [],
  check: async (eyes) => async () => {
    const there = (await eyes.rollCall())?.every(({ pid }) => pid !== null);
    return there === true ? good("looked") : bad("still gone");
  },
  verifiedBy: ["question-answered"],
  goneBy: "check",
  steps: [step("restart", ({ hand, target }) => hand.do("restart-replica", { replica: target.replica }))],
});

test.each([
  ["granted", ["approval.granted", "action.started", "action.finished", "verified", "closed"], ["restart gateway"]],
  ["denied", ["approval.denied", "escalated"], []],
] as const)("a plan of high risk waits for a person, over a restart, and is %s", async (answer, after, touched) => {
  const stack = await running({ seed: 6, pathways: [asked, escalate] });
  stack.find("gateway").pid = null;
  await until(stack, "approval.requested");
  await restart(stack);
  await stack.pass(60_000);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "approval.requested"]);
  expect(stack.touched).toEqual([]);
  expect(await stack.answer("inc-1", answer)).toMatchObject({ ok: true, decided: true });
  await stack.pass(8000);
  expect(stack.said().slice(4, 4 + after.length)).toEqual(after);
  expect(stack.touched.slice(0, 1)).toEqual(touched);
});

test("a plan of high risk that nobody answers is not carried out", async () => {
  const stack = await running({ seed: 7, pathways: [asked, escalate] });
  stack.find("gateway").pid = null;
  await until(stack, "approval.requested");
  await stack.pass(599_000);
  expect(stack.said().at(-1)).toBe("approval.requested");
  await stack.pass(2000);
  expect(stack.said().slice(4, 6)).toEqual(["approval.expired", "escalated"]);
  expect(stack.touched).toEqual([]);
});

test("what nobody answers is left alone where the policy's safe default says so", async () => {
  const policy = policyWith({ from: "safe_default: escalate", to: "safe_default: hold" });
  const stack = await running({ seed: 7, pathways: [asked, escalate], policy });
  stack.find("gateway").pid = null;
  await until(stack, "approval.requested");
  expect(stack.events.at(-1)?.detail.needs).toEqual({
    approvals: 1,
    expiresMs: 600_000,
    safeDefault: "hold",
    tags: [],
  });
  await stack.pass(601_000);
  expect(stack.said().slice(4, 6)).toEqual(["approval.expired", "held"]);
  expect(stack.touched).toEqual([]);
});

test("a healer whose cases cannot be taken over says so, and goes on looking", async () => {
  const stack = createFakeStack({ seed: 3 });
  stack.killHealer();
  stack.startHealer(Promise.reject(new Error("listen EADDRINUSE: address already in use")));
  await stack.pass(1000);
  expect(stack.troubles).toEqual([
    ["the engine that keeps the cases", expect.objectContaining({ message: expect.stringMatching(/EADDRINUSE/) })],
  ]);
});
