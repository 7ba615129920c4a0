// What the stories share: phases, claims, plans of the arms.

import type { TrialPlan } from "../../src/records/plan.ts";
import type { Claim, ClaimType } from "../../src/records/claim.ts";
import type { TrialOutcome } from "../../src/records/results/outcome.ts";
import type { Ms } from "../../src/core/units.ts";
import { basePlan, loadTimes } from "../builders/simulated-trial.ts";
import type { Fate, Story } from "../builders/simulated-story.ts";

export const fine: Fate = { latencyMs: 150 };
const phases = {
  boot: 0,
  warmup: 0,
  baseline: 1000,
  inject: 5000,
  observe: 5120,
  revert: 25_000,
  after: 25_200,
} as const;
const ends = { teardown: 30_000, done: 30_500 } as const;
export const fault = { applying: 5020, confirmed: 5110 } as const;
/** The damage shows from here on. */
export const hurtFrom: Ms = 5060;

/**
 * A stack that is broken in [from, to): three of five answers cite wrong passages, and vectors do not find themselves.
 */
export function broken(from: Ms, to: Ms): Pick<Story, "fate" | "state"> {
  return {
    fate: (sent, id) => ({ ...fine, right: !(sent >= from && sent < to && id % 5 < 3) }),
    state: (at) => ({ "retrieval.self": at >= from && at < to ? 0.4 : 1, "data.records": 2000 }),
  };
}

export type Claims = NonNullable<Story["claims"]>;

/** The whole run of claims of one incident, repaired by one pathway. */
export function incident(pathway: string, times: { detected: Ms; done: Ms; closed?: Ms; as?: string }): Claims {
  const { detected, done, closed } = times;
  const claims: (readonly [Ms, ClaimType, Partial<Claim>?])[] = [
    [detected, "detected"],
    [detected + 60, "classified", { class: times.as ?? "index-damaged", confidence: 0.9 }],
    [detected + 90, "decided", { pathway }],
    [detected + 120, "action.started", { pathway, action: pathway }],
    [done, "action.finished", { pathway, action: pathway, outcome: "done" }],
  ];
  if (closed !== undefined) claims.push([closed, "closed"]);
  return claims;
}

export const restored = incident("restore-index", { detected: 6330, done: 8950, closed: 12_600 });
export const swapped: NonNullable<Story["changes"]> = [[8900, {}]];
export const whole: Story = {
  phases: { ...phases, ...ends },
  fault,
  ...broken(hurtFrom, 8900),
  claims: restored,
  changes: swapped,
};
/** On a busy machine the proof came 8 s after the damage; by then all was repaired. */
export const slow = { applying: 5020, confirmed: 13_100 } as const;
export const slowly = { ...phases, ...ends, observe: 13_150 };
/** A second incident, after one that had no cause. */
export const later = restored.map(([at, type, more]): Claims[number] => [at, type, { ...more, incident: "i2" }]);
export const still = broken(0, 0);
export const ablation: Partial<TrialPlan> = { arm: "ablation", ablated: ["restore-index"] };
export const loopAblation: Partial<TrialPlan> = { arm: "loop-ablation", ablated: ["restore-index", "restart-replica"] };
export const unhealed: Partial<TrialPlan> = {
  arm: "unhealed",
  targetFacts: { ...basePlan.targetFacts, hasFeed: false },
};
export const nobody = { plan: unhealed, claims: [], changes: [], feedCut: { at: 0, noticed: false } } as const;
export const calm: Partial<TrialPlan> = {
  arm: "placebo",
  disturbances: [],
  expect: { ...basePlan.expect, heldFire: true },
};
export const bump: Partial<TrialPlan> = {
  arm: "look-alike",
  disturbances: [loadTimes(1.5)],
  expect: { heldFire: true, never: [] },
};
/** A steady state that asks the index alone, and nobody whether users are served. */
export const blindToUsers: Partial<TrialPlan> = {
  steady: { ...basePlan.steady, conditions: basePlan.steady.conditions.filter(({ view }) => view === "state") },
};
/** A steady state that asks whether answers are quick, and not whether they are right. */
export const latencyAlone: TrialPlan["steady"] = {
  ...basePlan.steady,
  conditions: [{ name: "users-fast", expression: "users.slow_share <= 0.3", view: "users" }],
};
export const quiet: Story = { phases: { ...phases, ...ends }, ...still, plan: calm };
export const bumped: Story = {
  phases: { ...phases, ...ends },
  ...still,
  plan: bump,
  loadChange: { at: 5300, times: 1.5 },
};

export const late: Story = {
  ...whole,
  ...broken(hurtFrom, 11_900),
  claims: incident("restore-index", { detected: 9330, done: 11_950 }),
  changes: [[11_900, {}]],
};

/** Well from 8.9 s on, and hurt again from 15 s on. */
export const relapsing: Story["fate"] = (sent, id) =>
  broken(hurtFrom, 8900).fate(sent < 15_000 ? sent : sent - 15_000 + hurtFrom, id);

/** An index that is whole, and ten records that are gone from 8.9 s on. */
export const losing: Story["state"] = (at) => ({ "retrieval.self": 1, "data.records": at < 8900 ? 2000 : 1990 });

/** What must be concluded of a story. */
export interface Truth {
  readonly outcome: TrialOutcome;
  /** Exactly the rules that fail, and exactly those that cannot say. */
  readonly fail?: readonly string[];
  readonly unclear?: readonly string[];
  /** Words of the finding that decides. */
  readonly says?: RegExp;
}

/** The same, with the names kept as a type. */
export function storiesOf<Name extends string>(all: Record<Name, Story>): Record<Name, Story> {
  return all;
}
