// What the incidents of a run came to: the healer's word alone resolves nothing, and what was not heard is no zero.

import { describe, expect, it } from "vitest";
import type { HealerIncident, IncidentFacts } from "../../../src/records/facts/incidents.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { summariseIncidents } from "../../../src/verdict/incident-summary.ts";
import { scoredTrial, type ScoredOutcome } from "../../builders/scored-trial.ts";

function incident(ms: number, changes: Partial<HealerIncident> = {}): HealerIncident {
  const lasted = { ms, lo: ms, hi: ms, formula: "closed − detected" };
  return { incident: "i1", end: "closed", lasted, pages: 0, alerts: 0, ...changes };
}

function trial(
  incidents: readonly HealerIncident[],
  outcome: ScoredOutcome = {},
  facts: Partial<IncidentFacts> = {},
): TrialResult {
  const made = scoredTrial(outcome);
  return { ...made, facts: { ...made.facts, incidents: { heard: true, incidents, more: 0, ...facts } } };
}

const of = (...trials: readonly TrialResult[]) => summariseIncidents([{ trials }]);

describe("incidents of a run", () => {
  it("are resolved without a person when closed, with nobody asked, and the stack recovered for good", () => {
    expect(of(trial([incident(4000)]))).toMatchObject({ incidents: 1, alone: 1, tell: 1, pages: 0 });
    expect(of(trial([incident(4000, { pages: 1 })]))).toMatchObject({ alone: 0, tell: 1, pages: 1 });
    expect(of(trial([incident(4000, { alerts: 2 })]))).toMatchObject({ alone: 1, alerts: 2 });
    expect(of(trial([incident(4000)], { recovery: "not-recovered" }))).toMatchObject({ alone: 0, tell: 1 });
    expect(of(trial([incident(4000)], { relapsed: true }))).toMatchObject({ alone: 0, tell: 1 });
    for (const end of ["given-up", "escalated", "held", "open"] as const)
      expect(of(trial([incident(4000, { end })])), end).toMatchObject({ alone: 0, tell: 1 });
  });

  it("tell nothing of a resolution where our probes saw no breach", () => {
    const { facts, ...rest } = trial([incident(4000), incident(5000, { end: "open" })]);
    const undisturbed = { ...rest, facts: { ...facts, recovery: "not-disturbed" as const } };
    expect(of(undisturbed)).toMatchObject({ incidents: 2, alone: 0, tell: 1 });
  });

  it("are of trials with the fault and the whole healer that count and were heard; the others are named", () => {
    const heard = trial([incident(4000)]);
    const { incidents: _none, ...older } = heard.facts;
    const all = of(
      heard,
      trial([incident(1)], {}, { heard: false }),
      { ...heard, facts: older },
      trial([incident(1)], { arm: "ablation" }),
      trial([incident(1)], { arm: "placebo" }),
      trial([incident(1)], { late: true }),
    );
    expect(all).toMatchObject({ trials: 1, unheard: 2, incidents: 1, lasted: { medianMs: 4000 } });
    expect(of()).toEqual({ trials: 0, unheard: 0, incidents: 0, alone: 0, tell: 0, pages: 0, alerts: 0 });
  });

  it("last a median that counts open ones as longer, and is not told when most are open", () => {
    const open = { end: "open" } as const;
    expect(of(trial([incident(1000), incident(3000), incident(9000)])).lasted).toEqual({
      medianMs: 3000,
      shortestMs: 1000,
      longestMs: 9000,
      open: 0,
    });
    expect(of(trial([incident(1000), incident(3000), incident(2000, open)])).lasted).toMatchObject({
      medianMs: 3000,
      open: 1,
    });
    expect(of(trial([incident(7000, open)])).lasted).toEqual({ longestMs: 7000, open: 1 });
  });
});
