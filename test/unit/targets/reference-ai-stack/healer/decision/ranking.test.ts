// Several remedies for one class: what speaks for each, what was not taken and why, and what the policy forbids.
import { expect, test } from "vitest";
import { decide } from "../../../../../../targets/reference-ai-stack/healer/decision/decide.ts";
import type { DecisionContext } from "../../../../../../targets/reference-ai-stack/healer/decision/decide.ts";
import { createBook } from "../../../../../../targets/reference-ai-stack/healer/pathways/book.ts";
import { escalate } from "../../../../../../targets/reference-ai-stack/healer/pathways/escalate.ts";
import { hold } from "../../../../../../targets/reference-ai-stack/healer/pathways/hold.ts";
import { good, pathway, step } from "../../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import type { ActingPathway } from "../../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import { createFakeStack } from "../fake-stack.ts";
import { policyWith } from "../policy-for-tests.ts";

const replicas = ["a-1", "a-2", "b-1"].map((replica) => ({ service: replica[0] ?? "", replica, pid: 1, port: 1 }));

function remedy(name: string, tier: ActingPathway["tier"], change: Partial<ActingPathway<never>> = {}): ActingPathway {
  const one = pathway("replica", {
    name,
    answers: ["torn"],
    tier,
    says: "for this test",
    ways: [{ name: "at once" }],
    preconditions: [],
    check: async () => async () => good("looked"),
    verifiedBy: ["question-answered"],
    goneBy: "check",
    steps: [step("do it", ({ hand, target }) => hand.do(name, { replica: target.replica }))],
  });
  return { ...one, ...(change as Partial<ActingPathway>) };
}

function decideWith(acting: readonly ActingPathway[], change: Partial<DecisionContext> = {}, confidence = 0.9) {
  const incident = { id: "i", scope: { service: "a", replica: "a-1" }, signals: [] };
  return decide(
    incident,
    { class: "torn", confidence, runnersUp: [], reasons: [] },
    {
      now: 100_000,
      replicas,
      sick: new Set(["a-1"]),
      past: [],
      pathways: createBook([...acting, escalate]),
      policy: policyWith(),
      dryRun: false,
      flapping: new Map(),
      dependencies: 1,
      found: {},
      worked: () => ({ healed: 0, failed: 0 }),
      ...change,
    },
  );
}

const cheap = remedy("cheap", "low");
const dear = remedy("dear", "medium");

test("without experience the lower risk comes first, and the other stands beside it with its score", () => {
  const decision = decideWith([dear, cheap]);
  expect(decision.remedy?.pathway).toBe("cheap");
  expect(decision.reasons.join("\n")).toMatch(
    /score 3\.40 = confidence 0\.90 × 1 \+ helped before \(not tried\) 0\.50 × 2/,
  );
  expect(decision.rejected).toHaveLength(1);
  expect(decision.rejected?.[0]).toMatchObject({ pathway: "dear", means: "at once" });
  expect(decision.rejected?.[0]?.why).toContain("no more than the 3.40 of cheap by at once");
});

test("what helped before comes before what is cheap, and what failed goes behind", () => {
  const worked = (name: string) => (name === "dear" ? { healed: 3, failed: 0 } : { healed: 0, failed: 1 });
  expect(decideWith([cheap, dear], { worked }).remedy?.pathway).toBe("dear");
});

test("the score that is printed is the sum of its parts", () => {
  const decision = decideWith([cheap, dear]);
  const lines = [...decision.reasons, ...(decision.rejected ?? []).map(({ why }) => why)].filter((one) =>
    /score/.test(one),
  );
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    const [, total = "", sum = ""] = /score ([\d.]+) = (.*?)(?:, no more|$)/.exec(line) ?? [];
    const parts = [...sum.matchAll(/([\d.]+) × ([\d.]+)/g)].map(([, value, weight]) => Number(value) * Number(weight));
    expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(Number(total), 2);
  }
});

test("a remedy in whose way a guard stands gives way to the next, and is kept with what was refused", () => {
  const shut = { ...cheap, preconditions: [() => "the door is shut"] };
  const decision = decideWith([shut, dear]);
  expect(decision.remedy?.pathway).toBe("dear");
  expect(decision.rejected).toEqual([{ pathway: "cheap", why: "the door is shut" }]);
  const none = decideWith([shut]);
  expect([none.pathway, none.ends, none.remedy]).toEqual(["escalate", "escalated", null]);
  expect(none.reasons.join()).toContain("cheap not done: the door is shut");
});

test("a class that may be left alone is, when no remedy for it may be taken", () => {
  const shut = { ...cheap, preconditions: [() => "the door is shut"] };
  const context = { pathways: createBook([shut, { ...hold, answers: ["torn"] as never }, escalate]) };
  expect(decideWith([], context)).toMatchObject({ pathway: "hold", ends: "held", remedy: null });
});

test.each([
  ["pathways: { cheap: { off: true } }", "the policy has switched it off"],
  ["pathways: { cheap: { tier: high } }", null],
])("the policy's %s is kept to", (to, why) => {
  const policy = {
    ...policyWith(),
    pathways: to.includes("off") ? { cheap: { off: true } } : { cheap: { tier: "high" as const } },
  };
  const decision = decideWith([cheap], { policy });
  if (why === null) expect(decision.needs).toMatchObject({ approvals: 1, expiresMs: 600_000, safeDefault: "escalate" });
  else expect(decision.rejected).toEqual([{ pathway: "cheap", why }]);
});

test("below the confidence that the policy asks for the remedy is not taken", () => {
  expect(decideWith([dear], {}, 0.64).rejected?.[0]?.why).toBe(
    "confidence 0.64 is below 0.65, the least for medium risk",
  );
  expect(decideWith([dear], {}, 0.65).remedy?.pathway).toBe("dear");
});

test("a decision names its policy by version and hash; without a policy nothing is done", () => {
  const policy = policyWith({ from: "version: 1", to: "version: 12" });
  expect(decideWith([cheap], { policy }).policy).toEqual({ version: 12, hash: policy.hash });
  const none = decideWith([cheap], { policy: null });
  expect([none.pathway, none.remedy]).toEqual(["escalate", null]);
  expect(none.reasons.join()).toContain("no policy is in force");
});

async function crashed(options: Partial<Parameters<typeof createFakeStack>[0]>) {
  const stack = createFakeStack({ seed: 1, ...options });
  await stack.pass(10_000);
  stack.find("vector-1").pid = null;
  await stack.pass(20_000);
  return stack;
}

test.each([
  ["by setting", { dryRun: true }],
  ["by policy", { policy: policyWith({ from: "mode: act", to: "mode: advise" }) }],
  [
    "for that pathway",
    { policy: policyWith({ from: "pathways: {}", to: "pathways: { restart-replica: { mode: advise } }" }) },
  ],
])("a dry run %s says what it would do, and touches nothing", async (_, options) => {
  const stack = await crashed(options);
  expect(stack.touched).toEqual([]);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "held"]);
  expect(stack.events[2]?.detail).toMatchObject({ pathway: "restart-replica", advice: true, policy: { version: 1 } });
  expect(stack.explain("inc-1")?.attempts[0]?.reasons.join()).toContain("only advised");
});

test("a healer that never had a good policy touches nothing and calls a person", async () => {
  const stack = await crashed({ policy: null });
  expect(stack.touched).toEqual([]);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "escalated"]);
});

test("another policy holds from the next decision on", async () => {
  const stack = await crashed({ dryRun: false, policy: policyWith({ from: "mode: act", to: "mode: advise" }) });
  stack.rules.policy = policyWith({ from: "version: 1", to: "version: 2" });
  stack.find("inference-1").pid = null;
  await stack.pass(8000);
  expect(stack.touched).toEqual(["restart inference-1"]);
  const decided = stack.events.filter(({ type }) => type === "decided").map(({ detail }) => detail.policy?.version);
  expect(decided).toEqual([1, 2]);
});
