// Which trials of a run have a page, and that the run's page leads to no other.

import { expect, test } from "vitest";
import { trialName } from "../../../src/core/plan.ts";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { htmlPieces } from "../../../src/report/html.ts";
import { folderName, pagedTrials } from "../../../src/report/paged.ts";
import { trialHref } from "../../../src/report/trial-place.ts";
import { passingRun } from "../../builders/sample-run.ts";

const { run } = passingRun();
const [intent] = run.intents;
if (intent === undefined) throw new Error("the sample has no intent");
const { trials } = intent;

/** So many blocks of both arms in each intent; `failing`: those whose treatment fails, as "intent number". */
function runOf(intents: readonly string[], blocks: number, failing: readonly string[] = []): RunResult {
  return {
    ...run,
    intents: intents.map((name) => ({
      ...intent!,
      intent: name,
      trials: Array.from({ length: blocks }, (_, at) => at + 1).flatMap((index) =>
        trials.map((trial): TrialResult => {
          const fails = trial.plan.arm === "treatment" && failing.includes(`${name} ${index}`);
          const verdict = { ...trial.verdict, outcome: fails ? ("fail" as const) : trial.verdict.outcome };
          return { ...trial, plan: { ...trial.plan, intent: name, index }, verdict };
        }),
      ),
    })),
  };
}

/** What has a page; a run is long here from 20 trials. */
function folders(of: RunResult, asked?: string, ofLongRun = 10): readonly string[] {
  const paged = pagedTrials(of, asked, { shortRun: 20, ofLongRun });
  const plans = of.intents.flatMap((each) => each.trials.map(({ plan }) => plan));
  return plans.filter((plan) => paged.has(trialName(plan))).map(folderName);
}

test("every trial of a short run has a page", () => {
  expect(folders(runOf(["a/x", "a/y"], 3))).toHaveLength(12);
});

test("of a long run what did not pass and the first of each intent have pages, with the other arms of their number", () => {
  expect(folders(runOf(["a/x", "a/y"], 100, ["a/x 7", "a/y 1"]))).toEqual([
    "a/x/treatment-1",
    "a/x/ablation-1",
    "a/x/treatment-7",
    "a/x/ablation-7",
    "a/y/treatment-1",
    "a/y/ablation-1",
  ]);
});

test("where too much went wrong, each intent shows what first did before one of them shows its second", () => {
  const all = Array.from({ length: 9 }, (_, at) => `a/x ${at + 1}`);
  expect(folders(runOf(["a/x", "a/y"], 9, [...all, "a/y 5"]), "", 7)).toEqual([
    "a/x/treatment-1",
    "a/x/ablation-1",
    "a/x/treatment-2",
    "a/x/ablation-2",
    "a/y/treatment-5",
    "a/y/ablation-5",
  ]);
});

test("the page of one trial, or of all, is there when it is asked for", () => {
  const long = runOf(["a/x"], 150);
  expect(folders(long, "a/x/treatment-140")).toContain("a/x/treatment-140");
  expect(folders(long, "a/x/treatment-140")).toHaveLength(4);
  expect(folders(long, "all")).toHaveLength(300);
});

test("the page of a long run leads to trials that have a page alone, and says how to get the others", () => {
  const long = runOf(["a/x"], 300, ["a/x 7"]);
  const html = [...htmlPieces(long)].join("");
  const links = [...html.matchAll(/href="(trials\/[^"]*)"/g)].map(([, href]) => href);
  const paged = pagedTrials(long);
  const plans = long.intents.flatMap((each) => each.trials.map(({ plan }) => plan));
  expect(links).toEqual(plans.filter((plan) => paged.has(trialName(plan))).map(trialHref));
  expect(html).toContain("596 of 600 trials, those without a link, have no page of their own yet");
  expect([...htmlPieces(runOf(["a/x"], 3))].join("")).not.toContain("have no page");
});
