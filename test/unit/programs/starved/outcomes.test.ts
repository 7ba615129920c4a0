import { describe, expect, it } from "vitest";
import type { Finding, TrialOutcome } from "../../../../src/records/results/outcome.ts";
import type { TrialResult } from "../../../../src/records/results/trial-result.ts";
import { measureTrial } from "../../../builders/measured.ts";
import { stories } from "../../../golden/stories.ts";
import { tell } from "../../../builders/simulated-trial.ts";
import { busyOf, Usage } from "../../../programs/starved/options.ts";
import { against, countsOf, reasonsOf, tableOf, type Round } from "../../../programs/starved/outcomes.ts";

const record = tell(stories["clean heal"]);
const facts = measureTrial(record);

function trial(intent: string, outcome: TrialOutcome, rule?: string): TrialResult {
  const said = outcome === "invalid" || outcome === "residue" ? "fail" : outcome;
  const findings: Finding[] = rule === undefined ? [] : [{ rule, outcome: said, says: `${rule} says so`, restsOn: [] }];
  return { plan: { ...record.plan, intent }, facts, verdict: { outcome, findings } };
}

function round(seed: number, trials: readonly TrialResult[]): Round {
  return { seed, trials, tookMs: 1000, ...(trials.length === 0 && { trouble: "the run exited with 4" }) };
}

const good = round(1, [trial("a", "pass"), trial("b", "pass")]);
const starved = round(2, [trial("a", "inconclusive", "environment-calm"), trial("b", "invalid", "steady-before")]);
const failed = round(3, [trial("a", "fail", "detected-in-time"), trial("b", "residue", "nothing-left")]);

describe("beside busy processes", () => {
  it("it is well when nothing failed and nothing was left, however little was judged", () => {
    expect(against([good, starved], false)).toEqual([]);
  });

  it("a failure and a residue are held against us, by seed and name", () => {
    expect(against([good, failed], false)).toEqual([
      "seed 3: a treatment-1 fail (detected-in-time)",
      "seed 3: b treatment-1 residue (nothing-left)",
    ]);
  });

  it("a run that judged nothing is not well", () => {
    expect(against([good, round(4, [])], false)).toEqual(["seed 4: nothing was judged"]);
    expect(reasonsOf([round(4, [])])).toEqual(["seed 4: the run exited with 4"]);
  });

  it("a run that broke off is not well, however well the trials before that went", () => {
    const broken = { ...good, trouble: "the run exited with 130" };
    expect(against([broken], false)).toEqual(["seed 1: the run did not come to its end"]);
  });
});

describe("on a quiet machine", () => {
  it("a trial that was called starved is not well either", () => {
    expect(against([good], true)).toEqual([]);
    expect(against([starved], true)).toEqual([
      "seed 2: a treatment-1 environment",
      "seed 2: b treatment-1 invalid (steady-before)",
    ]);
  });
});

describe("the table", () => {
  it("has intents down, seeds across, and of what is no pass the rule that decided", () => {
    expect(tableOf([good, starved, failed]).split("\n")).toEqual([
      "               seed 1  seed 2                   seed 3",
      "a treatment-1  pass    environment              fail (detected-in-time)",
      "b treatment-1  pass    invalid (steady-before)  residue (nothing-left)",
    ]);
    expect(countsOf([good, starved])).toBe("1 environment, 1 invalid (steady-before), 2 pass");
  });
});

describe("busy processes", () => {
  it("are asked for by number and by their nice values in turn", () => {
    expect(busyOf({ busy: "10", nice: "0,19", apart: true })).toEqual({ processes: 10, nice: [0, 19], apart: true });
    expect(busyOf({})).toEqual({ processes: 0, nice: [0], apart: false });
  });

  it.each([{ busy: "-1" }, { busy: "many" }, { nice: "20" }, { nice: "0," }, { nice: "-5" }])(
    "are refused for %j",
    (values) => {
      expect(() => busyOf(values)).toThrow(Usage);
    },
  );
});
