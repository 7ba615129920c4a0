// Gates of a build: they close by what was asked for, and never open over something left behind.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { coverageArgument, failOnArgument } from "../../../src/cli/arguments.ts";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import type { TriageKind } from "../../../src/records/results/triage.ts";
import { closedGates } from "../../../src/verdict/build-gates.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";
import { projectRoot } from "../../support/rebound-process.ts";

const whole = (extra: Partial<RunResult> = {}): RunResult => ({ ...sampleRun().run, interrupted: false, ...extra });

describe("gates of a build", () => {
  test("name the intents of each kind that was asked for, and of no other", () => {
    const invalid = "invalid: network/inference-latency";
    expect(closedGates(whole(), { failOn: ["inconclusive"] })).toEqual([invalid, "inconclusive: control/traffic-bump"]);
    expect(closedGates(whole(), { failOn: ["fail", "invalid"] })).toEqual([
      invalid,
      "fail: data/vector-index-corruption",
    ]);
    expect(closedGates(whole(), {})).toEqual([]);
    expect(closedGates(passingRun().run, { failOn: ["fail", "inconclusive", "invalid"] })).toEqual([]);
  });

  test("for regressions are closed by everything that failed and is neither known nor a flake", () => {
    const intent = "data/vector-index-corruption";
    const intents = whole().intents.filter(({ outcome }) => outcome !== "invalid");
    const closed = (...kinds: readonly TriageKind[]) =>
      closedGates(whole({ intents, triage: kinds.map((kind) => ({ intent, kind, says: "why" })) }), {
        failOn: ["regression"],
      });
    const names = [`regression: ${intent}`];
    for (const kind of ["regression", "new", "standing"] as const) {
      expect(closed(kind)).toEqual(names);
      expect(closed("flake", kind)).toEqual(names);
    }
    expect(closed("known-weakness")).toEqual([]);
    expect(closed("flake")).toEqual([]);
    // A fail of ours, or one of before triage was kept, has no excuse, either.
    expect(closed("harness")).toEqual(names);
    expect(closed()).toEqual(names);
  });

  test("are closed by what was left behind and by a run that is not whole, whatever was asked for", () => {
    const [intent] = passingRun().run.intents;
    const left = { ...passingRun().run, intents: [{ ...(intent ?? expect.fail()), outcome: "residue" as const }] };
    expect(closedGates(left, { failOn: ["inconclusive"] })).toEqual(["residue: process/replica-kill"]);
    expect(closedGates({ ...passingRun().run, interrupted: true }, { failOn: [] })).toEqual(["the run is not whole"]);
    expect(closedGates(whole({ intents: [] }), { failOn: [] })).toEqual(["the run is not whole"]);
  });

  test("are closed by what was not tried and by a run that judged nothing, whatever was asked for", () => {
    const { intents } = whole();
    const only = (outcome: string) => whole({ intents: intents.filter((intent) => intent.outcome === outcome) });
    for (const failOn of [[], ["fail"], ["regression"], ["regression", "inconclusive"], ["invalid"]] as const) {
      expect(closedGates(only("invalid"), { failOn })).toContain("invalid: network/inference-latency");
      expect(closedGates(whole(), { failOn })).toContain("invalid: network/inference-latency");
      expect(closedGates(only("inconclusive"), { failOn })).toContain("no intent was judged");
      expect(closedGates(only("pass"), { failOn })).toEqual([]);
    }
  });

  test("ask for coverage of the declared pathways, reached exactly or not", () => {
    const { run } = passingRun();
    const coverage = { withEvidence: 4, declared: 5, missing: [], says: "" };
    const covered = { ...run, scorecard: { ...(run.scorecard ?? expect.fail()), coverage } };
    expect(closedGates(covered, { minCoverage: 0.8 })).toEqual([]);
    expect(closedGates(covered, { minCoverage: 0.81 })).toEqual([
      "coverage 80 % is below 81 %: 4 of 5 declared pathways have evidence",
    ]);
    const { scorecard: _none, ...without } = run;
    expect(closedGates(without, { minCoverage: 0.01 })).toHaveLength(1);
    expect(closedGates(without, { minCoverage: 0 })).toEqual([]);
  });
});

describe.each([".github/workflows/nightly.yml", ".gitlab-ci.yml"])("the gates of %s", (file) => {
  async function gates() {
    const flow = await readFile(join(projectRoot, file), "utf8");
    const [, failOn = "", least = ""] = / merge .* --fail-on (\S+) --min-coverage (\S+)/.exec(flow) ?? expect.fail();
    return { failOn: failOnArgument(failOn), minCoverage: coverageArgument(least) };
  }
  /** The reference stack declares 26 pathways. */
  const covered = (run: RunResult, withEvidence: number): RunResult => ({
    ...run,
    scorecard: {
      ...(run.scorecard ?? expect.fail()),
      coverage: { withEvidence, declared: 26, missing: [], says: "" },
    },
  });

  test("open for a night that tried what its suite has, and close for one that tested next to nothing", async () => {
    const asked = await gates();
    const good = passingRun().run;
    expect(closedGates(covered(good, 3), asked)).toEqual([]);
    expect(closedGates(covered(good, 1), asked)).toHaveLength(1);
    for (const outcome of ["invalid", "inconclusive", "fail", "residue"] as const) {
      const intents = good.intents.map((intent) => ({ ...intent, outcome }));
      expect(closedGates(covered({ ...good, intents }, 26), asked), outcome).not.toEqual([]);
    }
  });
});
