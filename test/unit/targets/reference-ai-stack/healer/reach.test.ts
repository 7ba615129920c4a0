// Remedies that reach one replica, one service or the whole stack, on the loop as it runs: pathways of these tests
// only.
import { expect, test } from "vitest";
import { classify } from "../../../../../targets/reference-ai-stack/healer/classification/classify.ts";
import {
  refuseCorrelated,
  refuseSelector,
  waitBefore,
} from "../../../../../targets/reference-ai-stack/healer/decision/guards.ts";
import { overlap } from "../../../../../targets/reference-ai-stack/healer/decision/reach.ts";
import type { Hand, Outcome, Target } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { carryOut } from "../../../../../targets/reference-ai-stack/healer/orchestration/carry-out.ts";
import { createTargetLock } from "../../../../../targets/reference-ai-stack/healer/durable/target-lock.ts";
import { good, pathway, step } from "../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import type { Pathway } from "../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import { escalate } from "../../../../../targets/reference-ai-stack/healer/pathways/escalate.ts";
import { carryOutParts } from "./carry-out-parts.ts";
import { createFakeStack } from "./fake-stack.ts";
import { policyWith } from "./policy-for-tests.ts";
import { createMemoryState } from "./memory-state.ts";

const common = {
  answers: ["replica-down"],
  tier: "low",
  says: "for this test",
  ways: [{ name: "at once" }],
  preconditions: [],
  check: async () => async () => good("looked"),
  verifiedBy: ["question-answered"],
  goneBy: "check",
} as const;
const onService = pathway("service", {
  ...common,
  name: "roll-service",
  steps: [step("roll", ({ hand, target }) => hand.do("roll", { service: target.service }))],
});
const onStack = pathway("stack", {
  ...common,
  name: "pause-everything",
  steps: [step("pause", ({ hand }) => hand.do("pause", {})), step("resume", ({ hand }) => hand.do("resume", {}))],
});

/** The shipped policy lets no action touch more than half of the stack. */
const wide = { ...policyWith(), pathways: { "pause-everything": { blast_radius: { replicas: 1 } } } };

test.each<[Pathway, string, readonly string[]]>([
  [onService, "roll-service inference", ['roll {"service":"inference"}']],
  [onStack, "pause-everything stack", ["pause {}", "resume {}"]],
])("%o acts on its whole reach, and names it", async (one, action, touched) => {
  const stack = createFakeStack({ seed: 1, pathways: [one, escalate], policy: wide });
  await stack.pass(10_000);
  stack.find("inference-1").pid = null;
  await stack.pass(8000);
  expect(stack.events.find((event) => event.type === "action.started")?.detail.action).toBe(action);
  expect(stack.touched.slice(0, touched.length)).toEqual(touched);
});

test("a wider remedy that was switched off touches nothing", async () => {
  const stack = createFakeStack({ seed: 1, pathways: [onStack, escalate], policy: wide, noops: ["pause-everything"] });
  await stack.pass(10_000);
  stack.find("inference-1").pid = null;
  await stack.pass(8000);
  expect(stack.said()).toContain("action.finished");
  expect(stack.touched).toEqual([]);
});

const replica = (service: string, name: string): Target => ({ scope: "replica", service, replica: name });
const vector: Target = { scope: "service", service: "vector" };
const everything: Target = { scope: "stack" };

test("what is inside something else overlaps with it, and with nothing beside it", () => {
  expect(overlap(replica("vector", "vector-1"), vector)).toBe(true);
  expect(overlap(vector, replica("vector", "vector-1"))).toBe(true);
  expect(overlap(vector, replica("inference", "inference-1"))).toBe(false);
  expect(overlap(replica("vector", "vector-1"), replica("vector", "vector-2"))).toBe(false);
  for (const one of [vector, replica("vector", "vector-1"), everything]) {
    expect([overlap(everything, one), overlap(one, everything), overlap(one, one)]).toEqual([true, true, true]);
  }
});

test("a service has one remediation at a time, those on its replicas included", () => {
  const lock = createTargetLock(createMemoryState());
  const take = (one: Target, holder: string, now: number) => lock.take([one], { holder, now, leaseMs: 1000 });
  expect(take(replica("vector", "vector-1"), "a", 0)).toBe(true);
  expect(take(vector, "b", 10)).toBe(false);
  expect(take(everything, "c", 10)).toBe(false);
  expect(take({ scope: "service", service: "inference" }, "d", 10)).toBe(true);
  lock.release("a");
  expect(take(vector, "b", 20)).toBe(true);
  expect(take(replica("vector", "vector-2"), "e", 30)).toBe(false);
});

test("the rate limit of a replica is that of the service around it", () => {
  const past = [{ at: 50_000, target: replica("vector", "vector-1"), signature: "x" }];
  expect(waitBefore(vector, [], past, 51_000)).toBe(9000);
  expect(waitBefore(everything, [], past, 51_000)).toBe(9000);
  expect(waitBefore({ scope: "service", service: "inference" }, [], past, 51_000)).toBe(0);
});

test("a service that nobody knows and a stack that cannot be seen are no targets", () => {
  const replicas = [{ service: "vector", replica: "vector-1", pid: 1, port: 1 }];
  expect(refuseSelector(vector, replicas)).toBeNull();
  expect(refuseSelector(everything, replicas)).toBeNull();
  expect(refuseSelector({ scope: "service", service: "inference" }, replicas)).toContain("no service inference");
  expect(refuseSelector({ scope: "service", service: "" }, replicas)).toContain("no service");
  expect(refuseSelector(everything, [])).toContain("no replica");
});

test("a service may be touched with all of its own replicas sick, but not with most of the stack sick", () => {
  const replicas = ["vector-1", "vector-2", "vector-3", "a-1", "b-1", "c-1", "d-1", "e-1"].map((name) => ({
    service: name.replace(/-\d$/, ""),
    replica: name,
    pid: 1,
    port: 1,
  }));
  const sick = new Set(["vector-1", "vector-2", "vector-3"]);
  expect(refuseCorrelated(vector, { sick, replicas })).toBeNull();
  expect(refuseCorrelated(replica("vector", "vector-1"), { sick, replicas })).toContain("3 of vector's 3");
  const most = new Set([...sick, "a-1", "b-1"]);
  expect(refuseCorrelated(vector, { sick: most, replicas })).toContain("5 of the stack's 8");
  expect(refuseCorrelated(everything, { sick: most, replicas })).toBeNull();
});

function handThatFailsAt(failing: string): { hand: Hand; asked: string[] } {
  const asked: string[] = [];
  const hand: Hand = {
    async do(operation): Promise<Outcome> {
      asked.push(operation);
      return { outcome: operation === failing ? "failed" : "done", says: `${operation} came back` };
    },
  };
  return { hand, asked };
}

const saga = pathway("service", {
  ...common,
  name: "saga",
  steps: [
    step("first", ({ hand }) => hand.do("first", {})),
    step("second", ({ hand }) => hand.do("second", {})),
    step("third", ({ hand }) => hand.do("third", {})),
  ],
  compensate: ({ hand }, done) => hand.do(`undo ${done.join(" and ")}`, {}),
});
const remedy = { pathway: "saga", target: vector, means: "at once" };

test("after a step that failed the later ones are left out and the finished ones are taken back", async () => {
  const { hand, asked } = handThatFailsAt("third");
  const outcome = await carryOut(saga, remedy, carryOutParts(hand));
  expect(asked).toEqual(["first", "second", "third", "undo first and second"]);
  expect(outcome.outcome).toBe("failed");
  expect(outcome.says).toContain("taken back (done)");
});

test("where the first step failed there is nothing to take back, and a compensation that failed is reported", async () => {
  const first = handThatFailsAt("first");
  expect(await carryOut(saga, remedy, carryOutParts(first.hand))).toEqual({
    outcome: "failed",
    says: "first came back",
  });
  expect(first.asked).toEqual(["first"]);
  const all: Hand = { do: async (name) => ({ outcome: name === "first" ? "done" : "failed", says: name }) };
  expect((await carryOut(saga, remedy, carryOutParts(all))).says).toContain("taken back (failed): undo first");
});

test("without a signal the class is unknown", () => {
  expect(classify([]).class).toBe("unknown");
});

test("a replica that joins a running stack is watched, and one that left is not missed", async () => {
  const stack = createFakeStack({ seed: 3 });
  await stack.pass(10_000);
  const newcomer = { ...stack.find("inference-2"), replica: "inference-3", port: 7100, pid: 500, seq: 0, recent: [] };
  stack.replicas.push(newcomer);
  await stack.pass(10_000);
  expect(stack.said()).toEqual([]);
  newcomer.pid = null as never;
  await stack.pass(3000);
  expect(stack.touched).toEqual(["restart inference-3"]);
  const before = stack.said().length;
  await stack.pass(10_000);
  stack.replicas.splice(stack.replicas.indexOf(newcomer), 1);
  await stack.pass(20_000);
  expect(
    stack
      .said()
      .slice(before)
      .filter((type) => type === "detected"),
  ).toEqual([]);
});

test("nothing stands against a replica that failed its requests and was then taken out", async () => {
  const stack = createFakeStack({ seed: 4 });
  stack.find("inference-2").failing = true;
  await stack.pass(500);
  stack.replicas.splice(stack.replicas.indexOf(stack.find("inference-2")), 1);
  await stack.pass(20_000);
  expect(stack.said()).toEqual([]);
});
