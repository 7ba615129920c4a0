// What waits for people is asked again before it is done: by the policy and the guards as they are by then.
import { expect, test } from "vitest";
import { createFakeStack, type FakeStack } from "../fake-stack.ts";
import { HEAD, queueWith } from "../governance/queue-states.ts";
import { policyIn, policyWith } from "../policy-for-tests.ts";

const CAREFUL = policyIn("policies/careful.yaml");

/** A stack under that policy with one question for each of these replicas, which have died. */
async function asking(names: readonly string[], policy = CAREFUL): Promise<FakeStack> {
  const stack = createFakeStack({ seed: 11, policy });
  await stack.pass(10_000);
  for (const name of names) stack.find(name).pid = null;
  await until(stack, names.length);
  return stack;
}

async function until(stack: FakeStack, questions: number): Promise<void> {
  for (let ms = 0; ms < 30_000 && stack.questions().length < questions; ms += 100) await stack.pass(100);
  expect(stack.questions()).toHaveLength(questions);
}

const last = (stack: FakeStack) => stack.events.at(-1);

test("of two plans that were granted, the second is not done where both would touch too much within a minute", async () => {
  const narrow = { ...CAREFUL, blast_radius: { ...CAREFUL.blast_radius, replicas: 0.2 } };
  const stack = await asking(["vector-1", "inference-1"], narrow);
  const [second, first] = stack.questions();
  await stack.answer(first?.incident ?? "", "granted");
  await stack.pass(200);
  await stack.answer(second?.incident ?? "", "granted");
  await stack.pass(9000);
  expect(stack.touched).toHaveLength(1);
  const escalated = stack.events.find(({ type }) => type === "escalated");
  expect(escalated?.incident.id).toBe(second?.incident);
  expect(escalated?.detail.reasons.join()).toMatch(/not done any more: it would touch 33 % of the stack's replicas/);
});

test("what was granted is not done when the policy has switched it off meanwhile", async () => {
  const stack = await asking(["vector-1"]);
  stack.rules.policy = { ...CAREFUL, pathways: { "restart-replica": { off: true } } };
  await stack.answer("inc-1", "granted");
  await stack.pass(5000);
  expect(stack.touched).toEqual([]);
  expect(last(stack)).toMatchObject({ type: "escalated", detail: { pathway: "escalate" } });
  expect(last(stack)?.detail.reasons.join()).toContain("the policy has switched it off");
});

test.each([
  ["nothing is in force any more", null, "no policy is in force"],
  ["it only advises by now", { ...CAREFUL, mode: "advise" as const }, "only advice is wanted now"],
  [
    "it asks for more people by now",
    { ...CAREFUL, tiers: { ...CAREFUL.tiers, high: { ...CAREFUL.tiers.high, approvals: 2 } } },
    "asks for 2 approvals now, and it had 1",
  ],
] as const)("what was granted is not done under a policy that has changed: %s", async (_what, policy, why) => {
  const stack = await asking(["vector-1"]);
  stack.rules.policy = policy;
  await stack.answer("inc-1", "granted");
  await stack.pass(5000);
  expect(stack.touched).toEqual([]);
  expect(last(stack)?.type).toBe("escalated");
  expect(last(stack)?.detail.reasons.join()).toContain(why);
});

test("an index is not copied from a peer that went bad while people were asked", async () => {
  const stack = createFakeStack({ seed: 11, policy: policyIn("policies/regulated.yaml") });
  await stack.pass(10_000);
  stack.find("vector-1").damagedShare = 0.4;
  await until(stack, 1);
  stack.find("vector-2").damagedShare = 0.4;
  await stack.answer("inc-1", "granted");
  await stack.answer("inc-1", "granted", { by: "grace" });
  await stack.pass(3000);
  expect(stack.touched).toEqual([]);
  const ended = stack.events.find(({ type }) => type === "escalated");
  expect(ended?.detail.reasons.join()).toMatch(/vector-2, which it needs, is not fit for it any more/);
});

test("who guesses is turned away after a wait, too, where somebody else guesses beside him by then", async () => {
  const stack = createFakeStack({ seed: 11 });
  await stack.pass(10_000);
  const gateway = stack.find("gateway");
  const guess = (source: string, guesses = 40): void => {
    const counts = { tried: guesses, refused: guesses, guesses, refusedInAll: guesses, blockedMs: 0 };
    gateway.sources = [...(gateway.sources ?? []), { source, ...counts }];
  };
  const decided = () => stack.events.filter(({ type }) => type === "decided");
  guess("127.0.0.66");
  for (let ms = 0; ms < 30_000 && last(stack)?.type !== "closed"; ms += 100) await stack.pass(100);
  guess("127.0.0.67");
  for (let ms = 0; ms < 10_000 && decided().length < 2; ms += 50) await stack.pass(50);
  expect(decided().at(-1)?.detail.reasons.join()).toMatch(/waits \d+ ms/);
  guess("127.0.0.68", 50);
  await stack.pass(40_000);
  expect(stack.touched).toEqual(["66", "67", "68"].map((n) => `block 127.0.0.${n} at gateway`));
  expect(stack.said()).not.toContain("escalated");
});

test("a retry that waits for its back-off is asked again too", async () => {
  const stack = createFakeStack({ seed: 11 });
  await stack.pass(10_000);
  stack.hands.brokenRestart = true;
  stack.find("vector-1").pid = null;
  for (let ms = 0; ms < 60_000 && stack.said().filter((type) => type === "decided").length < 2; ms += 100)
    await stack.pass(100);
  stack.rules.policy = policyWith({ from: "pathways: {}", to: "pathways: { restart-replica: { off: true } }" });
  await stack.pass(30_000);
  expect(stack.touched).toEqual(["restart vector-1"]);
  expect(last(stack)?.type).toBe("escalated");
});

const KINDS = [
  ["health data", ["phi"], 2],
  ["a kind of payment data that the policy does not name", ["pci-cards"], 2],
  ["data of which nobody can tell what it is", ["public", "unclassified"], 2],
  ["public data", ["public"], 0],
] as const;

/** Carries out the pathway once so many have been asked and have granted it, and not before. */
async function takenWithLeave(operation: string, asked: number, state: Parameters<typeof queueWith>[0]): Promise<void> {
  const stack = createFakeStack({ seed: 11, policy: policyIn("policy.yaml") });
  await stack.pass(10_000);
  queueWith(state)(stack);
  await stack.pass(10_000);
  expect(stack.questions().map(({ approvals }) => approvals)).toEqual(asked === 0 ? [] : [asked]);
  expect(stack.touched).toEqual(asked === 0 ? [`${operation} ingestion-1`] : []);
  for (const by of asked === 0 ? [] : ["ada", "grace"]) {
    expect(stack.touched).toEqual([]);
    await stack.answer(stack.questions()[0]?.incident ?? "", "granted", { by });
  }
  await stack.pass(5000);
  expect(stack.touched).toEqual([`${operation} ingestion-1`]);
}

test.each(KINDS)(
  "a source is quarantined with as much leave as its own records ask for: %s",
  async (...[, of, asked]) => {
    const state = { head: { ...HEAD, kind: "schema" as const }, tags: { notes: [...of] } };
    await takenWithLeave("quarantine-source", asked, state);
  },
);

test.each(KINDS)(
  "half a delivery is published with as much leave as its records ask for: %s",
  async (...[, of, asked]) => {
    const held = [{ source: "notes", batches: 2, waitedMs: 6000, isStale: true }];
    await takenWithLeave("release-source", asked, { lagMs: 6000, held, tags: { notes: [...of] } });
  },
);
