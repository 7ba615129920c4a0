// Each guard, against the runaway that it is there for: a loop that goes on acting is stopped, and a person is called.
import { expect, test } from "vitest";
import { refuseBlast, refuseDepth } from "../../../../../../targets/reference-ai-stack/healer/decision/reach-guards.ts";
import type { PastAction } from "../../../../../../targets/reference-ai-stack/healer/decision/guards.ts";
import { attemptsAt, waitBefore } from "../../../../../../targets/reference-ai-stack/healer/decision/guards.ts";
import type { Target } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { createFlapWatch } from "../../../../../../targets/reference-ai-stack/healer/telemetry/flaps.ts";
import { createFakeStack } from "../fake-stack.ts";
import { policyWith } from "../policy-for-tests.ts";

const ESCALATED = "escalated";

async function running(seed: number) {
  const stack = createFakeStack({ seed });
  await stack.pass(10_000);
  return stack;
}

function reasonsOf(stack: Awaited<ReturnType<typeof running>>): string {
  return stack.events.flatMap(({ detail }) => detail.reasons).join("\n");
}

const vector = (n: number): Target => ({ scope: "replica", service: "vector", replica: `vector-${n}` });
const LIMITS = policyWith().blast_radius;

test("rate limit and retry ceiling: one that dies at once after each start is started three times, 10 s and 20 s apart", async () => {
  const stack = await running(1);
  for (let ms = 0; ms < 120_000; ms += 500) {
    stack.find("vector-1").pid = null;
    await stack.pass(500);
  }
  expect(stack.touched).toEqual(Array.from({ length: 3 }, () => "restart vector-1"));
  const starts = stack.events.filter(({ type }) => type === "action.started").map(({ at }) => at);
  expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(10_000);
  expect((starts[2] ?? 0) - (starts[1] ?? 0)).toBeGreaterThanOrEqual(20_000);
  expect(stack.said().at(-1)).toBe(ESCALATED);
});

test("the same signature within an hour is a retry, also when each of them healed", () => {
  const past = [0, 19, 38].map((minutes): PastAction => ({
    at: minutes * 60_000,
    target: vector(1),
    signature: "replica-down@vector-1",
    healed: true,
  }));
  expect(attemptsAt("replica-down@vector-1", past, 59 * 60_000)).toHaveLength(3);
  expect(attemptsAt("replica-down@vector-1", past, 61 * 60_000)).toHaveLength(2);
});

test("the back-off doubles up to five minutes and no further", () => {
  const past = Array.from({ length: 12 }, (_, n): PastAction => ({ at: n, target: vector(1), signature: "x" }));
  const waits = past.map((_, n) => waitBefore(vector(1), past.slice(0, n + 1), past.slice(0, n + 1), n));
  expect(waits.slice(0, 6)).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000]);
  expect(Math.max(...waits)).toBe(300_000);
});

test("blast radius: after half of the stack within a minute the next replica is left alone", async () => {
  const stack = await running(2);
  for (const name of ["vector-1", "inference-1", "embedder", "gateway"]) {
    stack.find(name).pid = null;
    await stack.pass(9000);
  }
  expect(stack.touched).toEqual(["restart vector-1", "restart inference-1", "restart embedder"]);
  expect(stack.said().at(-1)).toBe(ESCALATED);
  expect(reasonsOf(stack)).toContain(
    "it would touch 67 % of the stack's replicas within 60 s, and at most 50 % is allowed",
  );
});

const replicas = [1, 2, 3, 4].map((n) => ({ service: "vector", replica: `vector-${n}`, pid: n, port: n, weight: 1 }));
const asked = { situation: { replicas, sick: new Set<string>() }, past: [], now: 0 };
const anywhere = { ...LIMITS, replicas: 1 };

test("blast radius: one replica after the other loses its traffic, until half of the service has none", () => {
  const drain = (drained: number) => {
    const members = replicas.map((one, n) => (n < drained ? { ...one, weight: 0 } : one));
    const situation = { replicas: members, sick: new Set<string>() };
    return refuseBlast(anywhere, { ...asked, situation, pathway: { takesTraffic: true }, target: vector(drained + 1) });
  };
  expect([drain(0), drain(1)]).toEqual([null, null]);
  expect(drain(2)).toBe("it would touch 75 % of the traffic, and at most 50 % is allowed");
});

test.each([
  [0.5, null],
  [0.51, "51 % of the documents"],
  [Number.NaN, "an unknown share of the documents"],
  [-1, "-100 % of the documents"],
])("blast radius: an action on a share of %d of the documents", (share, says) => {
  const refusal = refuseBlast(anywhere, { ...asked, pathway: { documents: () => share }, target: vector(1) });
  if (says === null) expect(refusal).toBeNull();
  else expect(refusal).toContain(says);
});

test("blast radius: an action on the whole stack needs an exception of the policy", () => {
  const on = (limits: typeof LIMITS) => refuseBlast(limits, { ...asked, pathway: {}, target: { scope: "stack" } });
  expect(on(LIMITS)).toContain("100 % of the stack's replicas");
  expect(on(anywhere)).toBeNull();
});

test("rollback depth: two versions back, and not a third one", () => {
  const back = (at: number): PastAction => ({ at, target: vector(1), signature: "x", rollsBack: true });
  const refuse = (past: readonly PastAction[], now: number) => refuseDepth(true, vector(1), past, now);
  expect(refuse([back(0)], 1000)).toBeNull();
  expect(refuse([back(0), back(1)], 1000)).toContain("rolled back 2 versions already");
  expect(refuse([back(0), back(1)], 100_000_000)).toBeNull();
  expect(refuseDepth(false, vector(1), [back(0), back(1)], 1000)).toBeNull();
  expect(refuseDepth(true, { ...vector(1), service: "other" } as Target, [back(0), back(1)], 1)).toBeNull();
});

test("flap detection: a replica that comes and goes by itself is started once, and then left to a person", async () => {
  const stack = await running(3);
  for (let n = 0; n < 60; n += 1) {
    stack.find("vector-1").pid = n % 2 === 0 ? null : 900 + n;
    await stack.pass(700);
  }
  expect(stack.touched.length).toBeLessThanOrEqual(1);
  expect(stack.said()).toContain(ESCALATED);
  expect(reasonsOf(stack)).toMatch(/vector-1 flaps: it changed its state \d+ times over its last 21 checks/);
});

test("flap detection counts the last 21 checks alone, and one death with its start is none", () => {
  const watch = createFlapWatch();
  const check = (state: "good" | "refused") =>
    watch.take([{ kind: "pulse", at: 0, scope: { service: "a", replica: "a-1" }, pulse: { state, ms: 1, says: "" } }]);
  for (const state of ["good", "refused", "refused", "good"] as const) check(state);
  expect(watch.flapping().size).toBe(0);
  for (const state of ["refused", "good", "refused"] as const) check(state);
  expect(watch.flapping().get("a-1")).toBe(5);
  for (let n = 0; n < 20; n += 1) check("refused");
  expect(watch.flapping().size).toBe(0);
});

test("correlated brake and all dark: nothing is touched while most of the stack, or all of it, is gone", async () => {
  for (const gone of [3, 6]) {
    const stack = await running(4);
    for (const one of stack.replicas.slice(0, gone)) one.pid = null;
    await stack.pass(60_000);
    expect(stack.touched).toEqual([]);
    expect(stack.said()).toContain(ESCALATED);
  }
});
