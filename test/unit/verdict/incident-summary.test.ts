// What the incidents of a run came to: the healer's word alone resolves nothing, and what was not heard is no zero.

import { describe, expect, it } from "vitest";
import type { Declaration } from "../../../src/records/facts/honesty.ts";
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
  return onSites(incidents, {}, trialWith(incidents, outcome, facts));
}

function trialWith(
  incidents: readonly HealerIncident[],
  outcome: ScoredOutcome,
  facts: Partial<IncidentFacts>,
): TrialResult {
  const made = scoredTrial(outcome);
  return { ...made, facts: { ...made.facts, incidents: { heard: true, incidents, more: 0, ...facts } } };
}

/** All on a site of the fault, and closed after the recovery; or as `others` says of an id, null being elsewhere. */
function onSites(
  incidents: readonly HealerIncident[],
  others: Readonly<Record<string, Declaration | null>>,
  made = trialWith(incidents, {}, {}),
): TrialResult {
  const broken = made.facts.recovery === "healed" ? "after" : "never-recovered";
  const own = [...new Set(incidents.map(({ incident: id }) => id))].flatMap((id) => {
    const declaration = others[id] === undefined ? broken : others[id];
    return declaration === null ? [] : [{ incident: id, declaration }];
  });
  return { ...made, facts: { ...made.facts, honesty: { incidents: own } } };
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

  it("are not resolved by a closing before the recovery, nor by another where a person was asked", () => {
    const [a, b] = [incident(3000, { incident: "a" }), incident(9000, { incident: "b" })];
    expect(of(onSites([a, b], { a: "before" }))).toMatchObject({ alone: 1, tell: 2 });
    expect(of(onSites([a], { a: "too-close" }))).toMatchObject({ alone: 1, tell: 1 });
    expect(of(onSites([a, { ...b, pages: 1 }], { a: "before" }))).toMatchObject({ alone: 0, tell: 2 });
    expect(of(onSites([a, { ...b, pages: 1 }], {}))).toMatchObject({ alone: 0, tell: 2 });
    expect(of(onSites([{ ...a, pages: 1 }], {}), onSites([b], {}))).toMatchObject({ alone: 1, tell: 2 });
  });

  it("tell nothing when they are closed where no fault is, however many false alarms are closed", () => {
    const alarms = Array.from({ length: 5 }, (_, n) => incident(1000, { incident: `alarm-${n}` }));
    const elsewhere = Object.fromEntries(alarms.map(({ incident: id }) => [id, null]));
    const real = incident(9000, { incident: "real", end: "open" });
    expect(of(onSites([...alarms, real], elsewhere))).toMatchObject({ incidents: 6, alone: 0, tell: 1 });
    expect(of(onSites([...alarms, { ...real, end: "closed" }], elsewhere))).toMatchObject({ alone: 1, tell: 1 });
    const left = incident(9000, { incident: "left", end: "open" });
    expect(of(onSites([left], { left: null }))).toMatchObject({ alone: 0, tell: 1 });
  });

  it("tell nothing of a resolution where our probes saw no breach", () => {
    const seen = [incident(4000, { incident: "a" }), incident(5000, { end: "open", incident: "b" })];
    expect(of(onSites(seen, { a: "not-measured" }))).toMatchObject({ incidents: 2, alone: 0, tell: 1 });
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

  it("count every page and alert of them, since they are divided by every incident", () => {
    const hundred = Array.from({ length: 100 }, (_, n) => incident(1000, { incident: `n${n}`, pages: 1, alerts: 1 }));
    const moreCalls = { pages: 100, alerts: 50 };
    expect(of(trial(hundred, {}, { more: 100, moreCalls }))).toMatchObject({ incidents: 200, pages: 200, alerts: 150 });
    const quiet = hundred.map((one) => ({ ...one, pages: 0 }));
    expect(of(trial(quiet, {}, { more: 100, moreCalls }))).toMatchObject({ alone: 0, tell: 100 });
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
    for (const end of ["given-up", "escalated", "held"] as const)
      expect(of(trial([incident(7000, { end })])).lasted, end).toEqual({ longestMs: 7000, open: 1 });
  });
});
