// The kill test strikes each fault of the table. A fault whose intent the planner refuses would never be struck.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { faults } from "../../../src/faults/index.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { offeredBy } from "../../../src/platforms/index.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { readText } from "../../../src/store/read-experiments.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { targetReader } from "../../builders/target-reader.ts";
import { isOfContainers } from "../../support/faults-index.ts";
import { intentOf } from "../../programs/kill/intent.js";

const folder = join(import.meta.dirname, "../../programs/kill/workspace/targets/kill");
const file = join(folder, "target.yaml");
const { target, problems } = lintTargetText(await readText(file), file, targetReader(folder));
const faultTable = new Map(faults.map((fault) => [fault.name, fault]));

it("has a target that is sound", () => {
  expect(problems.map(formatProblem)).toEqual([]);
});

describe.each(faults.filter((fault) => !isOfContainers(fault)).map((fault) => [fault.name, fault] as const))(
  "a round with %s",
  (_name, fault) => {
    it("has an intent that can be planned, at every seed's choice of parameters", () => {
      if (target === undefined) throw new Error("the kill target is not sound");
      const targets = new Map([[target.name, target]]);
      for (let seed = 1; seed <= 10; seed += 1) {
        const lint = lintIntentText(intentOf(fault, seed), "experiments/kill/round.yaml", {
          targets,
          faultTable,
          probeKinds,
          offers: offeredBy,
        });
        expect(lint.problems.map(formatProblem)).toEqual([]);
        expect(makePlans(lint.intent === undefined ? [] : [lint.intent], targets, { runId: "r1" })).toHaveLength(1);
      }
    });
  },
);
