// The published formula by hand, term by term, and what stands beside the score.

import { describe, expect, it } from "vitest";
import type { PathwayScore, Scorecard } from "../../../../src/records/results/scorecard.ts";
import type { TrialResult } from "../../../../src/records/results/trial-result.ts";
import { clopperPearson } from "../../../../src/measure/statistics/clopper-pearson.ts";
import type { History } from "../../../../src/core/scorecard.ts";
import { scoreRun } from "../../../../src/verdict/score/matrix.ts";
import { scorecardOf } from "../../../../src/verdict/score/scorecard.ts";
import { timeliness } from "../../../../src/verdict/score/trial-credit.ts";
import { times, scoredIntents, scoredTrial } from "../../../builders/scored-trial.ts";
import type { ScoredOutcome } from "../../../builders/scored-trial.ts";

const endedAt = "2026-11-25T12:00:00.000Z";

function cardOf(trials: readonly TrialResult[], history: History = { runs: [], unread: [] }): Scorecard {
  const card = scoreRun(scoredIntents(trials), endedAt, history);
  if (card === undefined) throw new Error("there were trials, but no scorecard");
  return card;
}

function pathwayOf(card: Scorecard, name = "restart-replica"): PathwayScore {
  const found = card.pathways.find(({ pathway }) => pathway === name);
  if (found === undefined) throw new Error(`no pathway ${name}`);
  return found;
}

const scoreOf = (trials: readonly TrialResult[], name?: string) => pathwayOf(cardOf(trials), name);
const earned = ({ terms }: PathwayScore) => Object.fromEntries(terms.map((term) => [term.name, term.earned]));
const stuck = times(3, { arm: "ablation" });
const other = { intent: "data/other", by: "restore-index" };

describe("the recovery score of a pathway", () => {
  it("is 100 when every trial recovered in time by the declared action, and proven to be by it", () => {
    const score = scoreOf([...times(3), ...stuck]);
    expect(earned(score)).toEqual({ recovery: 40, attribution: 25, detection: 20, integrity: 15 });
    expect(score.score).toMatchObject({ points: 100, ungated: 100 });
    expect(score).toMatchObject({ counted: 3, intents: ["process/replica-kill"], tier: "low", gates: [] });
  });

  it("is 75 while attribution is unproven, and 0 of it goes to what was never compared", () => {
    expect(scoreOf([...times(1), ...times(1, { arm: "ablation" })]).score?.points).toBe(75);
    const untested = scoreOf(times(3));
    expect(untested.score?.points).toBe(75);
    expect(untested.terms[1]?.losses).toEqual([
      { points: 25, to: "no ablation arm to compare with", by: ["process/replica-kill"] },
    ]);
  });

  it.each([
    ["inside the budget", 20_000, 1],
    ["at twice the budget", 40_000, 0.5],
    ["at three times the budget", 60_000, 0],
    ["beyond that", 90_000, 0],
  ])("counts a recovery %s (%i ms of 20,000) with timeliness %d", (_name, ms, share) => {
    expect(timeliness(ms, 20_000)).toBe(share);
  });

  it("multiplies the share that recovered by the timeliness of those that did, and counts nobody twice", () => {
    const trials = [
      ...times(2),
      scoredTrial({ index: 3, mttrMs: 40_000 }),
      scoredTrial({ index: 4, recovery: "not-recovered" }),
    ];
    const [share, timely] = [3 / 4, (1 + 1 + 0.5) / 3];
    expect(scoreOf(trials).terms[0]?.earned).toBeCloseTo(40 * share * timely, 12);
  });

  it("says what each loss was to, and which trials cost it", () => {
    const trials = [
      ...times(2),
      scoredTrial({ index: 3, relapsed: true }),
      scoredTrial({ index: 4, wrongClass: true }),
    ];
    const { terms } = scoreOf(trials);
    expect(terms[0]?.losses).toEqual([{ points: 10, to: "relapsed", by: ["process/replica-kill treatment-3"] }]);
    expect(terms[2]?.losses).toContainEqual({ points: 5, to: "wrong class", by: ["process/replica-kill treatment-4"] });
    expect(terms[3]?.earned).toBeCloseTo(15 * (3 / 4), 12);
    for (const { max, earned: got, losses } of terms) {
      expect(got + losses.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(max, 9);
    }
  });

  it("thins detection out by false alarms, in the trial and in the other arms of its intent", () => {
    expect(scoreOf(times(1, { alarms: 1 })).terms[2]?.earned).toBeCloseTo(10, 12);
    expect(scoreOf(times(1, { strayAlarms: 3 })).terms[2]?.earned).toBeCloseTo(5, 12);
    const crying = [...times(3), ...times(1, { arm: "ablation", alarms: 3 })];
    const { terms } = scoreOf(crying);
    expect(terms[2]?.earned).toBeCloseTo(10, 12);
    expect(terms[2]?.losses).toEqual([
      { points: 10, to: "false alarms in other arms", by: ["process/replica-kill ablation-1"] },
    ]);
  });

  it("says beside the points what so few trials prove: 1 of 1 does not look like 59 of 59", () => {
    const confidence = 1 - 0.05 / 3;
    const one = scoreOf(times(1)).score;
    const many = scoreOf(times(59)).score;
    expect([one?.points, many?.points]).toEqual([75, 75]);
    expect(one?.proven).toBeCloseTo(75 * clopperPearson(1, 1, confidence).lo, 9);
    expect(one?.proven).toBeLessThan(1);
    expect(many?.proven).toBeCloseTo(75 * clopperPearson(59, 59, confidence).lo, 9);
    expect(many?.proven).toBeGreaterThan(68);
  });

  it("counts only trials that passed or failed, and names the others", () => {
    const score = scoreOf([...times(2), scoredTrial({ index: 3, late: true, recovery: "not-recovered" })]);
    expect(score.score?.points).toBe(75);
    expect(score.counted).toBe(2);
    expect(score.uncounted).toEqual([{ trial: "process/replica-kill treatment-3", outcome: "inconclusive" }]);
  });

  it("pools the trials of all intents that declare it, and weighs each intent's attribution by them", () => {
    const proven = [...times(3), ...stuck];
    const unproven = times(1, { intent: "network/other" });
    const score = scoreOf([...proven, ...unproven]);
    expect(score).toMatchObject({ counted: 4, intents: ["network/other", "process/replica-kill"] });
    expect(score.terms[1]?.earned).toBeCloseTo(25 * (3 / 4), 12);
  });

  it("does not praise the detection or the aftermath of what did not recover", () => {
    for (const outcome of [
      { recovery: "waited-out" },
      { relapsed: true },
      { acted: "restore-index" },
      { acted: null },
    ] as ScoredOutcome[]) {
      expect(scoreOf(times(4, outcome)).score?.points).toBe(0);
    }
  });
});

describe("the gates", () => {
  const well = [...times(3), ...stuck];
  const closed = (trials: readonly TrialResult[], name?: string) => {
    const { score, gates } = scoreOf(trials, name);
    return { points: score?.points, proven: score?.proven, gates: gates.map((gate) => [gate.name, ...gate.by]) };
  };

  it("make it 0 when one trial lost data, however well the others went", () => {
    expect(closed([...well, scoredTrial({ index: 4, lost: true })])).toEqual({
      points: 0,
      proven: 0,
      gates: [["data-lost", "process/replica-kill treatment-4"]],
    });
  });

  it("make it 0 when one trial left something behind, although that trial counts in no rate", () => {
    const card = closed([...well, scoredTrial({ index: 4, residue: true })]);
    expect(card).toMatchObject({ points: 0, gates: [["residual-fault", "process/replica-kill treatment-4"]] });
    expect(closed(times(1, { residue: true })).points).toBe(0);
  });

  it("are not closed by an ablated trial, whose stack is left broken on purpose", () => {
    expect(closed([...well, scoredTrial({ arm: "ablation", index: 4, lost: true, residue: true })]).gates).toEqual([]);
  });

  it.each(["placebo", "look-alike"] as const)(
    "make it 0 when it was started in a %s trial, and leave the others open",
    (arm) => {
      const acted = scoredTrial({ arm, intent: "control/calm", started: ["restart-replica"] });
      const trials = [...well, ...times(1, other), acted];
      expect(closed(trials)).toMatchObject({ points: 0, gates: [["acted-on-nothing", `control/calm ${arm}-1`]] });
      expect(closed(trials, "restore-index")).toMatchObject({ points: 75, gates: [] });
      expect(closed([...well, scoredTrial({ arm, intent: "control/calm" })]).points).toBe(100);
    },
  );

  it.each([[[null]], ["unclaimed"]] as const)(
    "make every pathway with evidence 0 when nobody knows whose action it was (%j)",
    (started) => {
      const acted = scoredTrial({ arm: "placebo", intent: "control/calm", started });
      const card = cardOf([...well, ...times(1, other), acted]);
      expect(pathwayOf(card).score?.points).toBe(0);
      expect(pathwayOf(card, "restore-index").score?.points).toBe(0);
      expect(pathwayOf(card, "roll-out-patch").score).toBeUndefined();
      expect(card.coverage.withEvidence).toBe(3);
    },
  );

  it("score a pathway 0 that no intent declares, when it was started with nothing to repair", () => {
    const acted = scoredTrial({ arm: "placebo", intent: "control/calm", started: ["roll-out-patch"] });
    expect(closed([acted], "roll-out-patch").points).toBe(0);
    expect(cardOf([acted]).score?.points).toBe(0);
  });

  it("make it 0 when it is of high risk and was started without approval, in whatever arm", () => {
    const trials = [
      ...times(3, { by: "roll-out-patch" }),
      scoredTrial({ arm: "ablation", by: "roll-out-patch", bare: ["roll-out-patch"] }),
    ];
    expect(closed(trials, "roll-out-patch")).toMatchObject({
      points: 0,
      gates: [["unapproved-action", "process/replica-kill ablation-1"]],
    });
  });
});

describe("the suite's three figures", () => {
  it("are a mean over pathways with evidence, the share of those declared, and an age: never one", () => {
    const card = cardOf([...times(3), ...stuck, ...times(2, other)]);
    expect(card.score).toMatchObject({ points: 87.5, over: 2 });
    expect(card.coverage).toMatchObject({ withEvidence: 2, declared: 5 });
    expect(card.coverage.missing).toEqual(
      ["roll-out-patch", "escalate", "hold"].map((name) => `reference-ai-stack ${name}`),
    );
    expect(card.freshness).toMatchObject({ fresh: 2, declared: 5, youngestMs: 0, oldestMs: 0 });
  });

  it("weigh a pathway as its target says", () => {
    const heavy = (trial: TrialResult): TrialResult => {
      const { targetFacts } = trial.plan;
      const traits = { ...targetFacts.traits, "restore-index": { weight: 3 } };
      return { ...trial, plan: { ...trial.plan, targetFacts: { ...targetFacts, traits } } };
    };
    const trials = [...times(2), ...times(2, { ...other, recovery: "not-recovered" })].map(heavy);
    expect(cardOf(trials).score?.points).toBeCloseTo(75 / 4, 9);
  });

  it("have no score at all without evidence: not 0, not 100", () => {
    const card = cardOf(times(2, { late: true }));
    expect(card.score).toBeUndefined();
    expect(pathwayOf(card).score).toBeUndefined();
    expect(pathwayOf(card).says).toBe("no evidence: no trial passed or failed");
    expect(card.coverage.withEvidence).toBe(0);
    expect(card.freshness.says).toBe("0 of 5 pathways have evidence younger than 7 days; there is none at all");
    const bare = scoredTrial({ arm: "placebo" });
    const undeclared = { ...bare, plan: { ...bare.plan, targetFacts: { ...bare.plan.targetFacts, pathways: [] } } };
    expect(scorecardOf(scoredIntents([undeclared]), endedAt)).toBeUndefined();
    expect(scorecardOf([], endedAt)).toBeUndefined();
    expect(scorecardOf(scoredIntents([]), endedAt)).toBeUndefined();
  });

  it("count holding fire as evidence on `hold`, without points for doing nothing", () => {
    const card = cardOf([
      ...times(2, { arm: "placebo" }),
      scoredTrial({ arm: "look-alike", started: ["restart-replica"] }),
    ]);
    expect(pathwayOf(card, "hold")).toMatchObject({ counted: 3, held: { held: 2, of: 3 } });
    expect(pathwayOf(card, "hold").score).toBeUndefined();
    expect(card.score).toMatchObject({ points: 0, over: 1 });
  });

  it("know evidence of earlier runs for freshness, and for nothing else", () => {
    const past = (runId: string, ended: string, pathway: string) => ({
      runId,
      endedAt: ended,
      pathways: [{ target: "reference-ai-stack", pathway, faults: [] }],
    });
    const runs = [
      past("a", "2026-11-22T12:00:00.000Z", "restore-index"),
      past("b", "2026-11-10T12:00:00.000Z", "restore-index"),
      past("c", "2026-11-10T12:00:00.000Z", "escalate"),
      past("later", "2026-12-24T12:00:00.000Z", "hold"),
    ];
    const card = cardOf(times(1), { runs, unread: ["d: no JSON"] });
    expect(card.freshness).toMatchObject({
      fresh: 2,
      oldestMs: 15 * 86_400_000,
      runsRead: 3,
      unread: ["d: no JSON"],
      says: "2 of 5 pathways have evidence younger than 7 days; the oldest is from 15 days ago",
    });
    expect(pathwayOf(card, "restore-index").newest).toBe("2026-11-22T12:00:00.000Z");
    expect(pathwayOf(card, "hold").newest).toBeUndefined();
    expect(card.coverage.withEvidence).toBe(1);
    expect(card.score).toEqual(cardOf(times(1)).score);
  });
});
