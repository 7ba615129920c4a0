// One incident of each class, explained: what was seen, what it was taken for, what was done and why not otherwise.
import { expect, test } from "vitest";
import { CLASSES } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { createFakeStack } from "../fake-stack.ts";
import { EXPLAINED, type Harm } from "./explained-cases.ts";

async function explained(harm: Harm, options: Partial<Parameters<typeof createFakeStack>[0]> = {}, ms = 20_000) {
  const stack = createFakeStack({ seed: 1, ...options });
  await stack.pass(15_000);
  harm(stack);
  await stack.pass(ms);
  const explanation = stack.explain("inc-1");
  if (explanation === undefined) throw new Error("nothing was found");
  return explanation;
}

test("each class that the healer can name has its case here", () => {
  expect(EXPLAINED.map(({ name }) => name).toSorted()).toEqual([...CLASSES].toSorted());
});

test.each(EXPLAINED)(
  "an incident of $name says what was seen, chosen, done and shown",
  async ({ name, pathway, outcome, harm, ms }) => {
    const { signals, diagnosis, attempts, ...rest } = await explained(harm, {}, ms);
    expect(rest.outcome).toBe(outcome);
    expect(signals.length).toBeGreaterThan(0);
    expect(diagnosis[0]).toContain(`taken for ${name} (`);
    expect(attempts).toHaveLength(1);
    expect(attempts[0]?.pathway).toBe(pathway);
    expect(attempts[0]?.reasons[0]).toMatch(new RegExp(`${name} with confidence .*${pathway}`));
    const acts = outcome === "closed";
    expect(attempts[0]?.steps).toHaveLength(acts ? 1 : 0);
    expect(attempts[0]?.proof.join()).toContain(acts ? "healed: " : "");
  },
);

test("what was not chosen stands beside what was", async () => {
  const { diagnosis, attempts } = await explained(({ find }) => void (find("vector-2").damagedShare = 0.3));
  expect(attempts[0]?.reasons.join()).toContain("by peer");
  expect(attempts[0]?.rejected).toHaveLength(3);
  expect(attempts[0]?.rejected[2]).toMatch(/^rebuild-from-records by records/);
  expect(attempts[0]?.rejected[1]).toMatch(/^refresh-vector-index by links: what it needs was not found/);
  expect(attempts[0]?.rejected[0]).toMatch(/^restore-index by snapshot: score \d.* no more than the \d.* by peer$/);
  expect(diagnosis.slice(1).join()).toContain("escalate would have answered it");
});

test("a guard that stood in the way is named with what it refused, and each attempt stands for itself", async () => {
  const { attempts, outcome } = await explained(
    (stack) => {
      stack.hands.brokenRestart = true;
      stack.find("embedder").pid = null;
    },
    {},
    90_000,
  );
  expect(outcome).toBe("escalated");
  expect(attempts.map(({ pathway }) => pathway)).toEqual([
    ...Array.from({ length: 3 }, () => "restart-replica"),
    "escalate",
  ]);
  expect(attempts.slice(0, 3).every(({ proof }) => proof.join().startsWith("not-healed: "))).toBe(true);
  expect(attempts[3]?.rejected).toEqual(["restart-replica: 3 attempts did not last, a person has to look"]);
  expect(attempts[3]?.steps).toEqual([]);
});
