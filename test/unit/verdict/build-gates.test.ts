// Gates of a build: they close by what was asked for, and never open over something left behind.

import { describe, expect, test } from "vitest";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import type { TriageKind } from "../../../src/records/results/triage.ts";
import { closedGates } from "../../../src/verdict/build-gates.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";

const whole = (extra: Partial<RunResult> = {}): RunResult => ({ ...sampleRun().run, interrupted: false, ...extra });

describe("gates of a build", () => {
  test("name the intents of each kind that was asked for, and of no other", () => {
    expect(closedGates(whole(), { failOn: ["inconclusive"] })).toEqual(["inconclusive: control/traffic-bump"]);
    expect(closedGates(whole(), { failOn: ["fail", "invalid"] })).toEqual([
      "fail: data/vector-index-corruption",
      "invalid: network/inference-latency",
    ]);
    expect(closedGates(whole(), {})).toEqual([]);
    expect(closedGates(passingRun().run, { failOn: ["fail", "inconclusive", "invalid"] })).toEqual([]);
  });

  test("for regressions are closed by everything that failed and is neither known nor a flake", () => {
    const intent = "data/vector-index-corruption";
    const closed = (...kinds: readonly TriageKind[]) =>
      closedGates(whole({ triage: kinds.map((kind) => ({ intent, kind, says: "why" })) }), { failOn: ["regression"] });
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
    expect(closedGates(sampleRun().run, { failOn: [] })).toEqual(["the run is not whole"]);
    expect(closedGates(whole({ intents: [] }), { failOn: [] })).toEqual(["the run is not whole"]);
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
