// Copies that are let go of are gone: where health data is in them, people are asked first.
import { expect, test } from "vitest";
import { createFakeStack } from "../fake-stack.ts";
import { queueWith } from "../governance/queue-states.ts";
import { policyIn } from "../policy-for-tests.ts";

const full = { lagMs: 6000, writeRefused: "ENOSPC: the folder is full", spareCopies: 4 };

test.each([
  ["phi", 1],
  ["public", 0],
  ["unclassified", 0],
])("asks people before it lets go of copies in which data is that is %s: %i times", async (tag, questions) => {
  const stack = createFakeStack({ seed: 11, policy: policyIn("policy.yaml") });
  await stack.pass(10_000);
  queueWith({ ...full, spareTags: [tag] })(stack);
  await stack.pass(20_000);
  expect(stack.questions()).toHaveLength(questions);
});
