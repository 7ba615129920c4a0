import { expect, test } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import { withValue } from "../../../src/language/set-value.ts";

const text = `# kept
disturb:
  - fault: network.latency # and this
    with: { latency: 400ms, jitter: 20ms }
  - fault: index.corruption
`;

test("one value is changed, and comments and all else stay", () => {
  expect(withValue(text, ["disturb", 0, "with", "latency"], "900ms")).toBe(text.replace("400ms", "900ms"));
});

test("maps are made where there are none", () => {
  expect(withValue(text, ["disturb", 1, "with", "share"], 0.3)).toContain("with:\n      share: 0.3");
});

test.each([
  ["an anchor", "a: &one { x: 1 }\nb: *one\n", ["a", "x"]],
  ["an alias", "a: &one { x: 1 }\nb: *one\n", ["b", "x"]],
  ["a merge key", "x-all: &one { with: { x: 1 } }\nb:\n  <<: *one\n", ["b", "with", "x"]],
] as const)("what is shared by %s is refused, since others would change with it", (_, shared, path) => {
  expect(() => withValue(shared, path, 2)).toThrow(HarnessError);
});
