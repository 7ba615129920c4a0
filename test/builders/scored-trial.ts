// Judged trials for the scorecard, made from a few words on how each went; findings and outcome follow from them as the
// rules would say.

import type { ArmName } from "../../src/core/arms.ts";
import type { StartedActions } from "../../src/records/facts/actions.ts";
import type { TrialFacts } from "../../src/records/facts/facts.ts";
import type { PathwayTraits } from "../../src/records/plan.ts";
import type { Finding, Outcome } from "../../src/records/results/outcome.ts";
import type { IntentResult } from "../../src/records/results/run-result.ts";
import type { TrialResult } from "../../src/records/results/trial-result.ts";
import { judgeIntent } from "../../src/verdict/judge-intent.ts";
import { outcomeOf } from "../../src/verdict/judge-trial.ts";
import { samplePlan } from "./sample-trial.ts";

/** `recovered.within` of every such trial, ms. */
export const budgetMs = 20_000;

/** How a trial went; whatever is left out went well. */
export interface ScoredOutcome {
  readonly arm?: ArmName;
  readonly index?: number;
  readonly intent?: string;
  /** Declared pathway. */
  readonly by?: string;
  readonly recovery?: TrialFacts["recovery"];
  readonly relapsed?: boolean;
  /** Pathway that really acted; null: none. */
  readonly acted?: string | null;
  readonly mttrMs?: number;
  readonly undetected?: boolean;
  readonly wrongClass?: boolean;
  readonly alarms?: number;
  readonly strayAlarms?: number;
  readonly lost?: boolean;
  readonly collateral?: boolean;
  readonly residue?: boolean;
  /** Our own fault: it counts nowhere. */
  readonly late?: boolean;
  /** In a trial with nothing to repair: what was started; `null` inside: unnamed; `unclaimed`: only seen. */
  readonly started?: readonly (string | null)[] | "unclaimed";
  /** Actions of high tier without approval. */
  readonly bare?: readonly string[];
}

const pathways = ["restart-replica", "restore-index", "roll-out-patch", "escalate", "hold"];
const traits: Readonly<Record<string, PathwayTraits>> = {
  "restart-replica": { tier: "low" },
  "roll-out-patch": { tier: "high" },
};

export function scoredTrial(outcome: ScoredOutcome = {}): TrialResult {
  const { arm = "treatment", index = 1, intent = "process/replica-kill", by = "restart-replica" } = outcome;
  const base = samplePlan(intent, arm, { index });
  const control = arm === "placebo" || arm === "look-alike";
  const { recovered: _r, detected: _d, ...rest } = base.expect;
  const expect = control
    ? { ...rest, heldFire: true }
    : { ...base.expect, recovered: { withinMs: budgetMs, by, holdMs: 3000 } };
  const plan = {
    ...base,
    expect,
    ablated: arm === "ablation" ? [by] : [],
    targetFacts: { ...base.targetFacts, pathways, traits },
  };
  const facts = factsOf(outcome, { by, control });
  const findings = findingsOf(outcome, facts, { arm, by });
  return { plan, facts, verdict: { outcome: outcomeOf(findings), findings } };
}

function factsOf(outcome: ScoredOutcome, { by, control }: { by: string; control: boolean }): TrialFacts {
  const ablated = outcome.arm === "ablation";
  const recovery = outcome.recovery ?? (control ? "not-disturbed" : ablated ? "not-recovered" : "healed");
  const healed = recovery === "healed";
  const ms = outcome.mttrMs ?? 5000;
  const mark = { at: 0, lo: 0, hi: 0 };
  const started = outcome.started === "unclaimed" ? [] : (outcome.started ?? []);
  return {
    marks: healed
      ? { t0: mark, t4: { ...mark, at: ms - 1000 }, t6: { at: ms, lo: ms - 400, hi: ms + 400 } }
      : { t0: mark },
    windows: [],
    baseline: {},
    load: {
      expected: 0,
      answered: 0,
      errors: 0,
      unsent: 0,
      lateSendShare: 0,
      lagMaxMs: 0,
      sendLagMs: 0,
      baselineLatency: { samples: 0 },
      disturbedLatency: { samples: 0 },
    },
    ...(healed && { mttr: { ms, lo: ms - 400, hi: ms + 400, formula: "t6 − t0" } }),
    pathway: healed ? (outcome.acted === undefined ? by : outcome.acted) : null,
    recovery,
    relapse: { watchedMs: 6000, wantedMs: 15_000, ...(outcome.relapsed === true && { at: mark }) },
    calm: { watchedMs: 10_000, alarms: outcome.alarms ?? 0 },
    actions: {
      started: [
        ...started.map((pathway) => action(pathway, "granted")),
        ...(outcome.bare ?? []).map((p) => action(p, "none")),
      ],
      unclaimed: outcome.started === "unclaimed",
      strayAlarms: outcome.strayAlarms ?? 0,
    },
  };
}

function action(pathway: string | null, approval: StartedActions["approval"]): StartedActions {
  return { pathway, approval, times: 1, at: 0 };
}

function findingsOf(outcome: ScoredOutcome, facts: TrialFacts, { arm, by }: { arm: ArmName; by: string }): Finding[] {
  const say = (rule: string, outcome: Outcome): Finding => ({ rule, outcome, says: rule, restsOn: [] });
  const holds = (rule: string, ok: boolean): Finding => say(rule, ok ? "pass" : "fail");
  const healed = facts.recovery === "healed";
  const always = [
    holds("nothing-left", outcome.residue !== true),
    ...((outcome.bare ?? []).length > 0 ? [holds("approved", false)] : []),
    say("harness-kept-pace", outcome.late === true ? "inconclusive" : "pass"),
  ];
  if (arm === "placebo" || arm === "look-alike") return [holds("held-fire", outcome.started === undefined), ...always];
  if (arm === "ablation") return [holds("by-declared-pathway", !healed), ...always];
  const hi = facts.mttr?.hi ?? Infinity;
  const inTime = healed && outcome.relapsed !== true;
  const straddles = hi > budgetMs && (facts.mttr?.lo ?? Infinity) <= budgetMs;
  return [
    holds("detected-in-time", outcome.undetected !== true),
    holds("classified-right", outcome.undetected !== true && outcome.wrongClass !== true),
    inTime && straddles
      ? say("recovered-in-time", "inconclusive")
      : holds("recovered-in-time", inTime && hi <= budgetMs),
    ...(healed ? [holds("by-declared-pathway", facts.pathway === by)] : []),
    holds("nothing-lost", outcome.lost !== true),
    holds("no-collateral", outcome.collateral !== true),
    ...always,
  ];
}

/** The intents that these trials belong to, judged. */
export function scoredIntents(trials: readonly TrialResult[]): IntentResult[] {
  const ids = [...new Set(trials.map(({ plan }) => plan.intent))];
  return ids.map((id) => {
    const own = trials.filter(({ plan }) => plan.intent === id);
    const arms = [...new Set(own.map(({ plan }) => plan.arm))];
    return judgeIntent({ id, title: id, belief: id, target: "reference-ai-stack", arms }, own);
  });
}

/** So many trials that went the same way, numbered. */
export function times(n: number, outcome: ScoredOutcome = {}): TrialResult[] {
  return Array.from({ length: n }, (_, at) => scoredTrial({ ...outcome, index: at + 1 }));
}
