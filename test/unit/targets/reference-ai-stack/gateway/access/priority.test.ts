import { expect, it } from "vitest";
import { priorityOf } from "../../../../../../targets/reference-ai-stack/gateway/access/priority.ts";

const account = { user: "ann", cluster: "batch", perSecond: 1 };

it.each([
  [undefined, undefined, "high"],
  ["low", undefined, "low"],
  [" LOW ", undefined, "low"],
  ["urgent", undefined, "high"],
  [undefined, "low", "low"],
  ["high", "low", "low"],
  ["low", "high", "low"],
  [undefined, "high", "high"],
] as const)("with the header %s and an account of priority %s a request is of priority %s", (header, own, expected) => {
  expect(priorityOf(header, own === undefined ? undefined : { ...account, priority: own })).toBe(expected);
});
