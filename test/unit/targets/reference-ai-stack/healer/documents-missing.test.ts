// The whole loop over a vector replica that never had some of its sibling's documents.
import { expect, test } from "vitest";
import { createFakeStack } from "./fake-stack.ts";

test("a replica that never had some of its sibling's documents is given them, and its sibling is left alone", async () => {
  const stack = createFakeStack({ seed: 4 });
  await stack.pass(10_000);
  expect(stack.said()).toEqual([]);
  stack.find("vector-1").lacks = [];
  stack.find("vector-2").lacks = ["b", "c"];
  await stack.pass(20_000);
  const healed = ["detected", "classified", "decided", "action.started", "action.finished", "verified", "closed"];
  expect(stack.said()).toEqual(healed);
  expect(stack.events.find(({ type }) => type === "classified")?.detail).toMatchObject({ class: "documents-missing" });
  expect(stack.events[0]?.incident.scope).toEqual({ service: "vector", replica: "vector-2" });
  expect(stack.touched).toEqual(["records of vector-2 from vector-1"]);
});
