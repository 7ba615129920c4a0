// A risky change goes to one replica, is judged, and then widens: on the loop as it runs, with a pathway of this test.
import { expect, test } from "vitest";
import { canarySteps, takeCanaryBack } from "../../../../../targets/reference-ai-stack/healer/pathways/canary.ts";
import { escalate } from "../../../../../targets/reference-ai-stack/healer/pathways/escalate.ts";
import { bad, good, pathway } from "../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import { createFakeStack } from "./fake-stack.ts";

/** Restarts every replica of the service; `isGood`: what is seen of one that was. */
function rollOut(isGood: (replica: string) => boolean) {
  return pathway("service", {
    name: "roll-out",
    answers: ["replica-down"],
    tier: "low",
    says: "for this test",
    ways: [{ name: "canary first" }],
    preconditions: [],
    steps: canarySteps({
      apply: (hand, replica) => hand.do("new-version", { replica }),
      check:
        (_, { replica }) =>
        async () =>
          isGood(replica) ? good("well") : bad("worse"),
    }),
    compensate: (context, done) =>
      takeCanaryBack(context, done, (hand, replica) => hand.do("old-version", { replica })),
    check: async () => async () => good("looked"),
    verifiedBy: ["question-answered"],
    goneBy: "check",
  });
}

async function rolled(isGood: (replica: string) => boolean) {
  const stack = createFakeStack({ seed: 1, pathways: [rollOut(isGood), escalate] });
  await stack.pass(10_000);
  stack.find("inference-2").pid = null;
  await stack.pass(12_000);
  return stack;
}

const to = (operation: string, replica: string): string => `${operation} {"replica":"${replica}"}`;

test("a canary that is well is followed by the others, and not before it was judged", async () => {
  const stack = await rolled(() => true);
  expect(stack.touched.slice(0, 2)).toEqual([to("new-version", "inference-1"), to("new-version", "inference-2")]);
  expect(stack.said()).toContain("action.finished");
});

test("a canary that is not well stops the change at one replica, where it is taken back", async () => {
  const stack = await rolled(() => false);
  expect(stack.touched.slice(0, 2)).toEqual([to("new-version", "inference-1"), to("old-version", "inference-1")]);
  expect(stack.touched.join()).not.toContain("inference-2");
  const finished = stack.events.find(({ type }) => type === "action.finished")?.detail;
  expect(finished?.outcome).toBe("failed");
  expect(finished?.reasons.join()).toMatch(/worse.*taken back \(done\)/);
});

test("where nobody can be seen nothing is changed", async () => {
  const hand = { do: async () => ({ outcome: "done" as const, says: "" }) };
  const context = { hand, target: { scope: "service", service: "inference" } as const, found: undefined };
  const [canary] = rollOut(() => true).steps;
  expect(await canary.run(context)).toMatchObject({ outcome: "failed" });
});
