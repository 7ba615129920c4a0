// A probe that looks only with one value of a setting judges nothing in an intent that has another.
import { expect, it } from "vitest";
import type { Target } from "../../../src/core/target.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, shop } from "../../builders/intent-fixtures.ts";
import { changed } from "./lint-cases.ts";

const [first] = shop.probes;
if (first === undefined) throw new Error("the shop has no probe");
const withCaches: Target = {
  ...shop,
  settings: {
    caches: {
      about: "Whether there are any.",
      env: "CACHES",
      byDefault: "off",
      values: { off: { value: "" }, on: { value: "1" } },
    },
  },
  probes: [...shop.probes, { ...first, name: "cache.same", onlyWith: { caches: "on" } }],
};

/** The sound intent with one more condition, and what is written at its end. */
function problems(condition: string, end = ""): string[] {
  const text = changed("  where:\n", `  where:\n    same: ${condition}\n`) + end;
  const world = { ...context, targets: new Map([["shop", withCaches]]) };
  return lintIntentText(text, "experiments/network/slow.yaml", world).problems.map(
    ({ place, found, suggestion }) => `${place?.column ?? 0} ${found} (${suggestion ?? ""})`,
  );
}

it("refuses a condition on a probe that does not look with the value that is meant where none is chosen", () => {
  expect(problems("1 < cache.same")).toEqual([
    '15 "cache.same", which looks only where the setting caches is on; here it is off (choose caches: on under settings, or leave the condition out)',
  ]);
});

it("takes the same condition where the value is chosen", () => {
  expect(problems("cache.same >= 1", "settings: { caches: on }\n")).toEqual([]);
});

it("takes conditions on probes that always look", () => {
  expect(problems("replicas.inference >= 1")).toEqual([]);
});
