// What people answer, on the loop as it runs: which answers count, which are refused and audited, and what is done.
import { expect, test } from "vitest";
import { createFakeStack, type FakeStack } from "../fake-stack.ts";
import { policyIn } from "../policy-for-tests.ts";

const ASKED = ["detected", "classified", "decided", "approval.requested"];
const DONE = ["approval.granted", "action.started", "action.finished", "verified", "closed"];

/** A stack under that policy whose vector-1 has died, with the question that came of it. */
async function asking(policy: string, damage: (stack: FakeStack) => void = kill): Promise<FakeStack> {
  const stack = createFakeStack({ seed: 11, policy: policyIn(`policies/${policy}.yaml`) });
  await stack.pass(10_000);
  damage(stack);
  for (let ms = 0; ms < 30_000 && !stack.said().includes("approval.requested"); ms += 100) await stack.pass(100);
  expect(stack.said()).toEqual(ASKED);
  return stack;
}

const kill = (stack: FakeStack): void => void (stack.find("vector-1").pid = null);
const damage = (stack: FakeStack): void => void (stack.find("vector-1").damagedShare = 0.4);
const recorded = (stack: FakeStack, what: string) =>
  (stack.audit as { what: string; principal: string; why?: string }[]).filter((record) => record.what === what);

test("nobody is asked under the default policy", async () => {
  const stack = createFakeStack({ seed: 11 });
  await stack.pass(10_000);
  kill(stack);
  await stack.pass(10_000);
  expect(stack.said()).not.toContain("approval.requested");
  expect(stack.touched).toEqual(["restart vector-1"]);
});

test("a plan is carried out once it was granted, and not before", async () => {
  const stack = await asking("careful");
  await stack.pass(2000);
  expect(stack.touched).toEqual([]);
  expect(await stack.answer("inc-1", "granted")).toEqual({ ok: true, decided: true, missing: 0 });
  await stack.pass(8000);
  expect(stack.said()).toEqual([...ASKED, ...DONE]);
  expect(stack.touched).toEqual(["restart vector-1"]);
  expect(recorded(stack, "approval.given")).toMatchObject([{ principal: "ada" }]);
  expect(recorded(stack, "action.started")).toMatchObject([{ tier: "high" }]);
});

test.each([
  ["denied", (stack: FakeStack) => stack.answer("inc-1", "denied"), "approval.denied"],
  ["not answered in time", async (stack: FakeStack) => stack.pass(7000), "approval.expired"],
] as const)("a plan that was %s is not carried out, and a person is called", async (_how, happens, said) => {
  const stack = await asking("careful");
  await happens(stack);
  await stack.pass(20_000);
  expect(stack.said()).toEqual([...ASKED, said, "escalated"]);
  expect(stack.touched).toEqual([]);
});

test.each(["careful", "regulated"] as const)(
  "a grant that reaches the engine past the desk counts for nothing under the policy %s, and is written down",
  async (policy) => {
    const stack = await asking(policy, policy === "careful" ? kill : damage);
    if (policy === "regulated") await stack.answer("inc-1", "granted");
    expect(await stack.answerPastDesk("inc-1", "ada and grace")).toBe(true);
    await stack.pass(20_000);
    expect(stack.touched).toEqual([]);
    expect(stack.said()).toEqual([...ASKED, "approval.denied", "escalated"]);
    expect(recorded(stack, "approval.denied")).toMatchObject([
      { by: "nobody", reasons: [expect.stringContaining("past the approvals")] },
    ]);
  },
);

test("the question says what is asked, by a hash, until when, and what happens else", async () => {
  const stack = await asking("careful");
  const [question] = stack.questions();
  const said = stack.events.find(({ type }) => type === "approval.requested");
  const { plan, nonce, expires } = question ?? {};
  expect(said?.detail).toMatchObject({
    pathway: "restart-replica",
    needs: { approvals: 1, safeDefault: "escalate" },
    plan,
    nonce,
    expires,
  });
  expect(plan).toMatch(/^[0-9a-f]{64}$/);
  expect(nonce).toMatch(/^[0-9a-f]{32}$/);
});

test.each([
  ["a nonce that was never given out", { nonce: "0".repeat(32) }, 403, /no question of that nonce/],
  ["the hash of another plan", { plan: "0".repeat(64) }, 409, /another plan/],
] as const)("an answer with %s is refused and audited, and nothing is done", async (_what, other, status, why) => {
  const stack = await asking("careful");
  expect(await stack.answer("inc-1", "granted", { by: "eve", ...other })).toMatchObject({ ok: false, status });
  await stack.pass(2000);
  expect(stack.touched).toEqual([]);
  expect(recorded(stack, "approval.refused")).toMatchObject([{ principal: "eve", why: expect.stringMatching(why) }]);
});

test("leave for the plan of one incident is none for another's", async () => {
  const stack = await asking("careful");
  stack.find("inference-1").pid = null;
  for (let ms = 0; ms < 5000 && stack.questions().length < 2; ms += 100) await stack.pass(100);
  const [second, first] = stack.questions();
  const { plan = "", nonce = "" } = first ?? {};
  expect(await stack.answer(second?.incident ?? "", "granted", { plan, nonce })).toMatchObject({ status: 403 });
  expect(await stack.answer(second?.incident ?? "", "granted", { plan })).toMatchObject({ status: 409 });
  await stack.pass(1000);
  expect(stack.touched).toEqual([]);
});

test("an answer counts once: replayed it is refused, also after a restart of the healer", async () => {
  const stack = await asking("careful");
  const [{ plan, nonce } = { plan: "", nonce: "" }] = stack.questions();
  await stack.answer("inc-1", "granted");
  await stack.pass(8000);
  expect(stack.said().at(-1)).toBe("closed");
  expect(await stack.answer("inc-1", "granted", { plan, nonce, by: "eve" })).toMatchObject({ ok: false, status: 409 });
  stack.killHealer();
  stack.startHealer();
  await stack.pass(1000);
  expect(await stack.answer("inc-1", "granted", { plan, nonce, by: "eve" })).toMatchObject({ ok: false, status: 409 });
  expect(stack.touched).toEqual(["restart vector-1"]);
  expect(recorded(stack, "approval.refused")).toHaveLength(2);
});

test("an answer that comes too late is refused and audited", async () => {
  const stack = await asking("careful");
  const [{ plan, nonce } = { plan: "", nonce: "" }] = stack.questions();
  await stack.pass(7000);
  expect(await stack.answer("inc-1", "granted", { plan, nonce })).toMatchObject({ ok: false, status: 410 });
  await stack.pass(10_000);
  expect(stack.touched).toEqual([]);
  expect(recorded(stack, "approval.refused")).toMatchObject([{ principal: "ada" }]);
});

test("regulated data needs two different people, and the same one twice is refused", async () => {
  const stack = await asking("regulated", damage);
  expect(stack.questions()[0]).toMatchObject({ approvals: 2, pathway: "restore-index" });
  expect(await stack.answer("inc-1", "granted")).toEqual({ ok: true, decided: false, missing: 1 });
  expect(await stack.answer("inc-1", "granted")).toMatchObject({ ok: false, status: 409 });
  await stack.pass(2000);
  expect(stack.touched).toEqual([]);
  expect(await stack.answer("inc-1", "granted", { by: "grace" })).toEqual({ ok: true, decided: true, missing: 0 });
  await stack.pass(8000);
  expect(stack.touched).toEqual(["index vector-1 from vector-2"]);
  expect(stack.events.find(({ type }) => type === "approval.granted")?.detail.by).toBe("ada and grace");
  expect(recorded(stack, "approval.refused")).toMatchObject([
    { principal: "ada", why: expect.stringMatching(/somebody else/) },
  ]);
});

test("one of two who denies it has denied it", async () => {
  const stack = await asking("regulated", damage);
  await stack.answer("inc-1", "granted");
  await stack.answer("inc-1", "denied", { by: "grace" });
  await stack.pass(5000);
  expect(stack.said()).toContain("approval.denied");
  expect(stack.touched).toEqual([]);
});

test("the first of two grants outlives the healer", async () => {
  const stack = await asking("regulated", damage);
  await stack.answer("inc-1", "granted");
  stack.killHealer();
  await stack.pass(1000);
  stack.startHealer();
  await stack.pass(500);
  expect(stack.questions()).toHaveLength(1);
  expect(await stack.answer("inc-1", "granted")).toMatchObject({ ok: false, status: 409 });
  expect(await stack.answer("inc-1", "granted", { by: "grace" })).toMatchObject({ decided: true });
  await stack.pass(8000);
  expect(stack.touched).toEqual(["index vector-1 from vector-2"]);
});

test("what was granted is carried out by the next life, when this one is killed before it could", async () => {
  const stack = await asking("careful");
  const answering = stack.answer("inc-1", "granted");
  stack.killHealer();
  await Promise.race([answering, stack.pass(1000)]);
  stack.startHealer();
  await stack.pass(8000);
  expect(stack.said()).toEqual([...ASKED, ...DONE]);
  expect(stack.touched).toEqual(["restart vector-1"]);
});

test("a trouble that went while people were asked is not acted on", async () => {
  const stack = await asking("careful");
  stack.find("vector-1").pid = 900;
  await stack.answer("inc-1", "granted");
  await stack.pass(5000);
  expect(stack.said().slice(-2)).toEqual(["approval.granted", "closed"]);
  expect(stack.touched).toEqual([]);
});
