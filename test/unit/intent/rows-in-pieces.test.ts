// An intent that chooses itself how a target stores its rows, and a fault that cannot act there.
import { expect, test } from "vitest";
import type { Target } from "../../../src/core/target.ts";
import { indexCorruption } from "../../../src/faults/vector/index-corruption.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, shop, soundIntent } from "../../builders/intent-fixtures.ts";

const [probe] = shop.probes;
const store: Target = {
  ...shop,
  settings: {
    engine: {
      about: "What stores.",
      env: "ENGINE",
      byDefault: "plain",
      values: { plain: { value: "1" }, paged: { value: "2", rows: "in-pieces" }, flat: { value: "3" } },
    },
    constructor: { about: "A name of every object.", env: "C", byDefault: "a", values: { a: { value: "1" } } },
  },
};
const world = {
  ...context,
  targets: new Map([["shop", store]]),
  offers: () => ["files", "vectors", "backups", "edge"] as const,
  faultTable: new Map([...context.faultTable, [indexCorruption.name, indexCorruption]]),
};

const problems = (mode: string, settings: string): string[] => {
  const service = shop.services.find(({ replicas }) => replicas.length > 1)?.name ?? probe?.name ?? "";
  const fault = `disturb:\n  - fault: index.corruption\n    on: { replica_of: ${service}, count: 1 }\n    with: { mode: ${mode} }\n`;
  const text = `${soundIntent.replace(/disturb:\n(?: .*\n)+/, fault)}${settings}`;
  return lintIntentText(text, "experiments/data/x.yaml", world).problems.map(
    ({ found, expected, suggestion }) => `${found} (${expected}; ${suggestion})`,
  );
};

test("a fault that needs rows in one piece is refused with the value that cuts them, and with that alone", () => {
  expect(problems("zero", "settings: { engine: paged }\n")).toEqual([]);
  expect(problems("pages", "settings: { engine: flat }\n")).toEqual([]);
  expect(problems("pages", "")).toEqual([]);
  expect(problems("pages", "settings: { engine: paged }\n")).toEqual([
    "mode pages where the rows of shop lie in pieces (engine: paged): pages of the file hold other things as well (a fault that can act on such rows, or rows in one piece, as with engine: plain or flat; take index.corruption with mode zero, noise, nan, part, flip, replace or shift)",
  ]);
});

test("parameters that the fault does not take are one mistake, and not two", () => {
  expect(problems("bent", "settings: { engine: paged }\n")).toHaveLength(1);
});
