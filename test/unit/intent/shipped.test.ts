import { dirname, join, relative } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { formatProblem, HarnessError } from "../../../src/core/errors.ts";
import type { Problem } from "../../../src/core/errors.ts";
import type { Intent } from "../../../src/core/intent.ts";
import type { Target } from "../../../src/core/target.ts";
import { faults } from "../../../src/faults/index.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { offeredBy } from "../../../src/platforms/index.ts";
import { selectSuite } from "../../../src/plan/suites.ts";
import { targetReader } from "../../builders/target-reader.ts";
import { findExperiments, findTargets, readText } from "../../../src/store/read-experiments.ts";
import { probeKinds } from "../../../src/probes/table.ts";

const root = join(import.meta.dirname, "../../..");
const targets = new Map<string, Target>();
const intents: Intent[] = [];
const problems: Problem[] = [];

beforeAll(async () => {
  for (const path of await findTargets(root)) {
    const context = targetReader(dirname(path));
    const lint = lintTargetText(await readText(path), relative(root, path), context);
    problems.push(...lint.problems);
    if (lint.target) targets.set(lint.target.name, lint.target);
  }
  const context = {
    targets,
    offers: offeredBy,
    probeKinds,
    faultTable: new Map(faults.map((fault) => [fault.name, fault])),
  };
  for (const path of await findExperiments(root)) {
    const lint = lintIntentText(await readText(path), relative(root, path), context);
    problems.push(...lint.problems);
    if (lint.intent) intents.push(lint.intent);
  }
  // Against hanging, not against slowness: all of them are read.
}, 120_000);

describe("what is shipped", () => {
  test("every target and every experiment is sound", () => {
    expect(problems.map(formatProblem)).toEqual([]);
    expect([...targets.keys()].toSorted()).toEqual([
      "echo",
      "echo-containers",
      "echo-restarting",
      "echo-stack",
      "echo-swarm",
      "litellm",
      "ollama",
      "oracle",
      "qdrant",
      "reference-ai-stack",
      "restart-policy",
      "restart-policy-told",
      "runit",
      "supervisord",
      "supervisord-watched",
    ]);
    expect(intents.length).toBeGreaterThanOrEqual(5);
  });

  test.each([
    ["sqlite-vec", []],
    [
      "chroma",
      [
        ["index.ghost-rows", "Chroma opens no index that has a number without a name: it answers with an error"],
        [
          "index.nearly-empty",
          "Chroma keeps how many there are, and their names, in other files than that of its rows",
        ],
        [
          "mode pages",
          "each page holds links and names as well, and Chroma answers with an error where a name is zeros",
        ],
        ["index.read-back", "a row is read back from where it is searched"],
      ],
    ],
  ] as const)(
    "on %s every intent on data is planned but those whose damage its engine would not bear, which are refused by what is in the way",
    (engine, expected) => {
      const faultTable = new Map(faults.map((fault) => [fault.name, fault]));
      const refused = intents
        .filter(({ id }) => id.startsWith("data/"))
        .flatMap((intent) => {
          const chosen = { ...intent, settings: { ...intent.settings, "stores-by": engine } };
          try {
            expect(makePlans([chosen], targets, { runId: "r1", faultTable }).length).toBeGreaterThan(0);
            return [];
          } catch (error) {
            return error instanceof HarnessError ? error.problems.map(formatProblem) : [String(error)];
          }
        });
      const words = (what: string, why: string): string =>
        `${what} where the rows of reference-ai-stack lie in pieces (stores-by: ${engine}): ${why}`;
      expect(refused).toEqual(
        expected.map(([what, why]) => expect.stringContaining(words(what, why)) as unknown as string),
      );
      if (engine !== "chroma") return;
      expect(refused[0]).toContain("experiments/data/ghost-rows.yaml:1:1");
      expect(refused[0]).toContain("rows that this one can act on, as with stores-by: usearch or sqlite-vec");
    },
  );

  test("the suite smoke has its five intents and eight trials", () => {
    const smoke = selectSuite(intents, "smoke");
    expect(smoke.map(({ id }) => id)).toEqual([
      "control/placebo",
      "control/traffic-bump",
      "data/vector-index-corruption",
      "network/inference-latency",
      "process/replica-kill",
    ]);
    const plans = makePlans(smoke, targets, { runId: "r1" });
    expect(plans).toHaveLength(8);
    let total = 0;
    for (const { estimateMs } of plans) total += estimateMs;
    expect(total).toBeLessThan(240_000);
  });

  test("the suite attribution shows one fault in every arm that a treatment is compared with", () => {
    const plans = makePlans(selectSuite(intents, "attribution"), targets, { runId: "r1", trials: 1 });
    const arms = plans.map(({ arm, ablated, targetFacts }) => [arm, ablated.length > 0, targetFacts.hasFeed]);
    expect(arms.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ["ablation", true, true],
      ["loop-ablation", true, true],
      ["treatment", false, true],
      ["unhealed", false, false],
    ]);
  });
});
