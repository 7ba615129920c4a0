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
      values: {
        plain: { value: "1" },
        paged: { value: "2", rows: "in-pieces" },
        flat: { value: "3" },
        known: { value: "4", rows: "in-pieces", format: "sqlite-vec" },
      },
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
    "mode pages where the rows of shop lie in pieces (engine: paged): pages of the file hold other things as well (a fault that can act on such rows, or rows that this one can act on, as with engine: plain or flat or known; take index.corruption with mode zero, noise, nan, part, flip, replace or shift)",
  ]);
});

test("a fault that knows the format of such rows is not refused, and one that knows why it cannot says so", () => {
  expect(problems("pages", "settings: { engine: known }\n")).toEqual([]);
  expect(problems("truncate", "settings: { engine: known }\n")).toEqual([
    expect.stringContaining("(engine: known): cutting the file would take other things with them"),
  ]);
});

test("parameters that the fault does not take are one mistake, and not two", () => {
  expect(problems("bent", "settings: { engine: paged }\n")).toHaveLength(1);
});
