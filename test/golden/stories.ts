// Trials whose truth is known because we tell it: one for every way in which a trial can end.

import type { TrialPlan } from "../../src/records/plan.ts";
import type { Claim, ClaimType } from "../../src/records/claim.ts";
import type { Ms } from "../../src/core/units.ts";
import {
  calm as calmLook,
  crowded,
  mostlySelfMade,
  selfMade,
  shared,
  starved,
  unmeasured,
} from "../builders/simulated-pressure.ts";
import { basePlan, loadTimes, type Fate, type Story } from "../builders/simulated-trial.ts";

const fine: Fate = { latencyMs: 150 };
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
const fault = { applying: 5020, confirmed: 5110 } as const;
/** The damage shows from here on. */
const hurtFrom: Ms = 5060;

/**
 * A stack that is broken in [from, to): three of five answers cite wrong passages, and vectors do not find themselves.
 */
export function broken(from: Ms, to: Ms): Pick<Story, "fate" | "state"> {
  return {
    fate: (sent, id) => ({ ...fine, right: !(sent >= from && sent < to && id % 5 < 3) }),
    state: (at) => ({ "retrieval.self": at >= from && at < to ? 0.4 : 1, "data.records": 2000 }),
  };
}

type Claims = NonNullable<Story["claims"]>;

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

const restored = incident("restore-index", { detected: 6330, done: 8950, closed: 12_600 });
const swapped: NonNullable<Story["changes"]> = [[8900, {}]];
const whole: Story = {
  phases: { ...phases, ...ends },
  fault,
  ...broken(hurtFrom, 8900),
  claims: restored,
  changes: swapped,
};
/** On a busy machine the proof came 8 s after the damage; by then all was repaired. */
const slow = { applying: 5020, confirmed: 13_100 } as const;
const slowly = { ...phases, ...ends, observe: 13_150 };
/** A second incident, after one that had no cause. */
const later = restored.map(([at, type, more]): Claims[number] => [at, type, { ...more, incident: "i2" }]);
const still = broken(0, 0);
const ablation: Partial<TrialPlan> = { arm: "ablation", ablated: ["restore-index"] };
const loopAblation: Partial<TrialPlan> = { arm: "loop-ablation", ablated: ["restore-index", "restart-replica"] };
const unhealed: Partial<TrialPlan> = { arm: "unhealed", targetFacts: { ...basePlan.targetFacts, hasFeed: false } };
const nobody = { plan: unhealed, claims: [], changes: [], feedCut: { at: 0, noticed: false } } as const;
const calm: Partial<TrialPlan> = { arm: "placebo", disturbances: [], expect: { ...basePlan.expect, heldFire: true } };
const bump: Partial<TrialPlan> = {
  arm: "look-alike",
  disturbances: [loadTimes(1.5)],
  expect: { heldFire: true, never: [] },
};
/** A steady state that asks the index alone, and nobody whether users are served. */
const blindToUsers: Partial<TrialPlan> = {
  steady: { ...basePlan.steady, conditions: basePlan.steady.conditions.filter(({ view }) => view === "state") },
};
/** A steady state that asks whether answers are quick, and not whether they are right. */
const latencyAlone: TrialPlan["steady"] = {
  ...basePlan.steady,
  conditions: [{ name: "users-fast", expression: "users.slow_share <= 0.3", view: "users" }],
};
const quiet: Story = { phases: { ...phases, ...ends }, ...still, plan: calm };
const bumped: Story = { phases: { ...phases, ...ends }, ...still, plan: bump, loadChange: { at: 5300, times: 1.5 } };

const late: Story = {
  ...whole,
  ...broken(hurtFrom, 11_900),
  claims: incident("restore-index", { detected: 9330, done: 11_950 }),
  changes: [[11_900, {}]],
};

/** Well from 8.9 s on, and hurt again from 15 s on. */
const relapsing: Story["fate"] = (sent, id) =>
  broken(hurtFrom, 8900).fate(sent < 15_000 ? sent : sent - 15_000 + hurtFrom, id);

/** An index that is whole, and ten records that are gone from 8.9 s on. */
const losing: Story["state"] = (at) => ({ "retrieval.self": 1, "data.records": at < 8900 ? 2000 : 1990 });

function told<Name extends string>(all: Record<Name, Story>): Record<Name, Story> {
  return all;
}

/** The stories by name. */
export const stories = told({
  "clean heal": whole,
  "repaired before the effect was confirmed": { ...whole, phases: slowly, fault: { ...slow, harmFrom: 5050 } },
  "detected before the harm began": {
    ...whole,
    fault: { applying: 5020, harmFrom: 5900, confirmed: 6000 },
    ...broken(5900, 8900),
    claims: [[5400, "detected"], [5460, "classified", { class: "index-damaged", confidence: 0.9 }], ...later],
  },
  "never recovers": {
    ...whole,
    ...broken(hurtFrom, Infinity),
    claims: incident("restart-replica", { detected: 6330, done: 8950 }),
    changes: [],
  },
  "waited out": { ...whole, ...broken(hurtFrom, 25_100), claims: restored.slice(0, 4), changes: [] },
  relapse: { ...whole, fate: relapsing },
  "false declaration": { ...whole, claims: incident("restore-index", { detected: 6330, done: 6900, closed: 7100 }) },
  "wrong pathway": { ...whole, claims: incident("restart-replica", { detected: 6330, done: 8950, closed: 12_600 }) },
  "recovers by itself": { ...whole, claims: restored.slice(0, 2), changes: [] },
  "word without action": { ...whole, changes: [] },
  "over-reach": {
    ...whole,
    claims: [
      ...restored,
      [7000, "action.started", { pathway: "restart-replica", scope: { service: "vector", replica: "vector-1" } }],
    ],
    changes: [...swapped, [7200, { replica: "vector-1", field: "instance", before: "pid 100", after: "pid 222" }]],
  },
  "silent over-reach": {
    ...whole,
    changes: [...swapped, [7200, { replica: "vector-1", field: "instance", before: "pid 100", after: "pid 222" }]],
  },
  "data lost": {
    ...whole,
    state: (at) => ({ ...whole.state(at), "data.records": at < 8900 ? 2000 : 1990 }),
  },
  "data lost and hidden by the revert": {
    ...whole,
    state: (at) => ({ ...whole.state(at), "data.records": at < 8900 || at > 25_000 ? 2000 : 1990 }),
  },
  "documents kept": { ...whole, documents: {} },
  "documents kept, some refused during the outage": {
    ...whole,
    documents: { refused: (from) => from > 5100 && from < 8000 },
  },
  // A snapshot without what was written after it is put in the place of the index: 6.0 s to 8.9 s are gone.
  "documents lost in the middle": {
    ...whole,
    documents: { atEnd: (from) => from < 4000 || from > 8900, afterRevert: (from) => from < 4000 || from > 8900 },
  },
  "newest documents lost": {
    ...whole,
    documents: { atEnd: (from) => from < 23_000, afterRevert: (from) => from < 23_000 },
  },
  "documents lost and brought back by the revert": { ...whole, documents: { atEnd: (from) => from < 6000 } },
  "documents lost by the revert": { ...whole, documents: { afterRevert: (from) => from < 6000 } },
  "documents not seen at the end": { ...whole, documents: { atEnd: (from) => (from < 6000 ? true : null) } },
  "documents never looked for": { ...whole, documents: { unlooked: true } },
  "every document refused": { ...whole, documents: { refused: () => true } },
  "no document offered": { ...whole, documents: { stops: 0 } },
  "writer falls silent": { ...whole, documents: { stops: 12_000 } },
  audited: { ...whole, audit: {} },
  "action not in the audit": { ...whole, audit: { skips: (type) => type === "action.started" } },
  "second attempt not in the audit": {
    ...whole,
    claims: [...incident("restore-index", { detected: 6330, done: 7000 }), ...restored.slice(2)],
    audit: { skips: (type, before) => type === "decided" && before === 1 },
  },
  "audit chain broken": { ...whole, audit: { brokenSeq: 4 } },
  "audit not readable": { ...whole, audit: { unread: "answered 500" } },
  "audit never asked for": { ...whole, audit: { unasked: true } },
  "decided as the audit was read": {
    ...whole,
    claims: [...restored, [24_700, "decided", { incident: "i2", pathway: "hold" }]],
    audit: { skips: (type, before) => type === "decided" && before === 1 },
  },
  "not detected": {
    ...whole,
    claims: [[6330, "detected", { scope: { service: "vector", replica: "vector-1" } }]],
    changes: [],
  },
  "not detected, and never felt": { ...whole, ...still, claims: [], changes: [] },
  "not detected, and felt at the very end": { ...whole, ...broken(23_500, 25_100), claims: [], changes: [] },
  "not detected, and felt late": { ...whole, ...broken(15_000, 25_100), claims: [], changes: [] },
  "detected late, and never felt": {
    ...whole,
    ...still,
    claims: incident("restore-index", { detected: 9330, done: 11_950 }).slice(0, 2),
    changes: [],
  },
  "detected late, as soon as it was felt": {
    ...whole,
    ...broken(9000, 11_900),
    claims: incident("restore-index", { detected: 9330, done: 11_950 }),
    changes: [[11_900, {}]],
  },
  "detected late, starved by strangers": { ...late, pressure: () => starved },
  "detected late, starved before the injection only": { ...late, pressure: (at) => (at <= 5000 ? starved : calmLook) },
  "detected late, starved only after all was due": { ...late, pressure: (at) => (at > 17_000 ? starved : calmLook) },
  "detected late, crowded by strangers": { ...late, pressure: () => crowded },
  "detected late, beside strangers who leave a processor free": { ...late, pressure: () => shared },
  "detected late, starved by itself": { ...late, pressure: () => selfMade },
  "detected late, starved mostly by itself": { ...late, pressure: () => mostlySelfMade },
  "detected late on a calm machine": { ...late, pressure: () => calmLook },
  "detected late, not measured": { ...late, pressure: () => unmeasured },
  "clean heal, starved by strangers": { ...whole, pressure: () => starved },
  "clean heal, starved after recovery": { ...whole, pressure: (at) => (at > 17_000 ? starved : calmLook) },
  "clean heal on a calm machine": { ...whole, pressure: () => calmLook },
  "toxic left, starved by strangers": {
    ...whole,
    revertFailed: "the toxic is still there",
    pressure: () => starved,
  },
  "placebo, acts, starved by strangers": {
    ...quiet,
    claims: [[9000, "action.started", { pathway: "restart-replica" }]],
    pressure: () => starved,
  },
  "broken before, starved by strangers": { ...whole, ...broken(2000, 8900), pressure: () => starved },
  "detected late": late,
  "classified and decided before it was detected, by the order of arrival": {
    ...whole,
    claims: [
      [6200, "classified", { class: "index-damaged", confidence: 0.9 }],
      [6250, "decided", { pathway: "restore-index" }],
      ...restored.filter(([, type]) => type !== "classified" && type !== "decided"),
    ],
  },
  "wrong class": {
    ...whole,
    claims: incident("restore-index", { detected: 6330, done: 8950, closed: 12_600, as: "overload" }),
  },
  "wrong class, and the right one held for less likely": {
    ...whole,
    claims: restored.map(([at, type, more]) =>
      type === "classified"
        ? [at, type, { class: "overload", confidence: 0.6, runnersUp: [{ class: "index-damaged", confidence: 0.3 }] }]
        : [at, type, more ?? {}],
    ),
  },
  "recovered late": {
    ...whole,
    ...broken(hurtFrom, 18_000),
    claims: incident("restore-index", { detected: 6330, done: 17_900, closed: 22_000 }),
    changes: [[17_900, {}]],
  },
  "budget burnt": { ...whole, plan: { expect: { ...basePlan.expect, budget: { slo: 0.99, maxBurn: 8 } } } },
  "the never happened": {
    ...whole,
    fate: (sent, id) => (sent > 5800 && sent < 6600 ? { latencyMs: 5, error: "status 503" } : whole.fate(sent, id)),
  },
  "feed cut unnoticed": { ...whole, feedCut: { at: 5500, noticed: false } },
  "feed cut": { ...whole, feedCut: { at: 5500, noticed: true } },
  "feed cut once detection was overdue": {
    ...whole,
    claims: [[6330, "detected", { scope: { service: "vector", replica: "vector-1" } }]],
    changes: [],
    feedCut: { at: 18_100, noticed: true },
  },
  "feed cut unnoticed once detection was overdue": {
    ...whole,
    claims: [],
    changes: [],
    feedCut: { at: 12_000, noticed: false },
  },
  "feed cut once all was said": { ...whole, feedCut: { at: 13_000, noticed: true } },
  "feed cut between recovery and its declaration": { ...whole, feedCut: { at: 10_000, noticed: true } },
  "blind before, so that nothing was injected": {
    ...whole,
    phases: { boot: 0, warmup: 0, baseline: 1000, teardown: 5000, done: 5500 },
    state: () => ({ "retrieval.self": null, "data.records": 2000 }),
    claims: [],
    changes: [],
    fault: undefined,
  },
  "broken before, so that nothing was injected": {
    ...whole,
    phases: { boot: 0, warmup: 0, baseline: 1000, teardown: 5000, done: 5500 },
    ...broken(2000, 8900),
    claims: [],
    changes: [],
    fault: undefined,
  },
  "trouble of our own, so that nothing was injected": {
    ...whole,
    phases: { boot: 0, warmup: 0, baseline: 1000, inject: 5000, teardown: 5100, done: 5500 },
    trouble: { at: 5050, reason: "the disk is full" },
    ...still,
    claims: [],
    changes: [],
    fault: undefined,
  },
  "site not there, so that nothing was injected": { ...whole, fault: { unconfirmed: 5010 } },
  "probe dark once recovery had held": {
    ...whole,
    state: (at) => ({ ...whole.state(at), ...(at > 15_000 && { "retrieval.self": null }) }),
  },
  "probe dark once recovery was overdue": {
    ...whole,
    fate: () => fine,
    state: (at) => ({ "retrieval.self": at < hurtFrom ? 1 : at < 16_000 ? 0.4 : null, "data.records": 2000 }),
    claims: restored.slice(0, 4),
    changes: [],
  },
  "users put off with excuses before any condition broke": {
    ...whole,
    ...still,
    plan: { steady: latencyAlone, expect: { ...basePlan.expect, budget: { slo: 0.95, maxBurn: 12 } } },
    fate: (sent, id) => (sent > hurtFrom && id % 10 > 0 ? { latencyMs: 3, right: false } : fine),
    state: () => ({ "retrieval.self": 1, "data.records": 2000 }),
  },
  "probe blinded": { ...whole, state: (at) => ({ ...whole.state(at), ...(at > 7000 && { "retrieval.self": null }) }) },
  "scaled to zero, so that no probe sees anything": {
    ...whole,
    state: (at) => ({ ...whole.state(at), ...(at > 7900 && { "retrieval.self": null }) }),
    changes: [
      [7900, { field: "instance", before: "pid 101", after: null }],
      [7900, { replica: "vector-1", field: "instance", before: "pid 100", after: null }],
    ],
  },
  "killed replica that no probe sees any more": {
    ...whole,
    state: (at) => ({ ...whole.state(at), ...(at > 7900 && { "retrieval.self": null }) }),
    changes: [[7900, { field: "instance", before: "pid 101", after: null }]],
  },
  "load stopped": { ...whole, loadStops: 12_000 },
  "late sender": { ...whole, sendLagMs: (id) => (id % 50 === 0 ? 130 : 0.5) },
  "somewhat late sender": { ...whole, sendLagMs: (id) => (id % 50 === 0 ? 40 : 0.5) },
  "unsent requests": { ...whole, unsent: (id) => id % 50 === 0 },
  "slow conductor": { ...whole, paceLagMs: 400 },
  "trouble of our own": { ...whole, trouble: { at: 12_000, reason: "the probe process ended" } },
  "toxic left": {
    ...whole,
    looks: {
      stack: {
        edges: [
          {
            edge: "gateway→vector-2",
            proxy: {
              listen: "127.0.0.1:1",
              upstream: "127.0.0.1:2",
              enabled: true,
              toxics: [{ name: "latency-7", what: "latency downstream × 1, latency 400" }],
            },
          },
        ],
      },
    },
  },
  "rows left damaged": {
    ...whole,
    looks: {
      stack: {
        files: [
          { path: "/w/index", size: 9, sha256: "bb", replica: "vector-2", role: "index", harmed: { parts: 3, of: 40 } },
        ],
      },
    },
  },
  "index rebuilt by the stack": {
    ...whole,
    looks: {
      stack: {
        files: [
          { path: "/w/index", size: 9, sha256: "bb", replica: "vector-2", role: "index", harmed: { parts: 0, of: 40 } },
        ],
      },
    },
  },
  "replica left down": {
    ...whole,
    looks: { stack: { replicas: [{ service: "vector", replica: "vector-2", instance: null, alive: false }] } },
  },
  "other replica gone by the healer's hand": {
    ...whole,
    looks: { stack: { replicas: [{ service: "vector", replica: "vector-2", instance: "pid 300", alive: true }] } },
  },
  "process left stopped and limited": {
    ...whole,
    looks: {
      stack: {
        processes: [
          {
            instance: "pid 100",
            what: "node vector.js",
            state: "T",
            nice: 19,
            limits: "Max open files 4/4",
            cgroup: "0::/",
          },
        ],
      },
    },
  },
  "machine not clean": {
    ...whole,
    looks: {
      machine: {
        processes: [
          {
            instance: "pid 4711",
            what: "node vector/main.js",
            state: "S",
            nice: 0,
            limits: null,
            cgroup: null,
          },
        ],
        ports: [{ port: 20_001, by: "pid 4711 (node vector/main.js)" }],
        folders: ["/tmp/stack-1"],
        files: [
          { path: "/cache/model", size: 9, sha256: "dd" },
          { path: "/cache/new", size: 3, sha256: "ee" },
        ],
        unfinished: ["index.corruption at vector-2"],
      },
    },
  },
  "way back failed": { ...whole, revertFailed: "no answer within 10000 ms" },
  "left behind and not confirmed": {
    ...whole,
    fault: { applying: 5020, unconfirmed: 5110 },
    revertFailed: "no answer",
  },
  "audit blinded": { ...whole, looks: { stack: { unseen: ["edges: the fault proxy does not list its proxies"] } } },
  "nobody looked": { ...whole, looks: { stack: null, machine: null } },
  "effect not confirmed": { ...whole, fault: { applying: 5020, unconfirmed: 5110 } },
  "broken before": { ...whole, ...broken(2000, 8900) },
  "not disturbed": { ...whole, ...still, claims: restored.slice(0, 5) },
  "most traffic shed": {
    ...whole,
    plan: blindToUsers,
    fate: (sent, id) => (sent > 8900 && id % 4 > 0 ? { latencyMs: 3, error: "status 503" } : whole.fate(sent, id)),
  },
  "users put off with excuses": {
    ...whole,
    plan: blindToUsers,
    fate: (sent, id) => (sent > 8900 ? { latencyMs: 3, right: false } : whole.fate(sent, id)),
  },
  "users turned away and answered by nobody": {
    ...whole,
    plan: { ...blindToUsers, expect: { ...basePlan.expect, never: [] } },
    fate: (sent, id) => (sent > 8900 ? { latencyMs: 3, error: "status 503" } : whole.fate(sent, id)),
  },
  "ablated, stays broken": {
    ...whole,
    ...broken(hurtFrom, 25_100),
    plan: ablation,
    claims: restored.slice(0, 5),
    changes: [],
  },
  "ablated, and declares all the same": { ...whole, ...broken(hurtFrom, 25_100), plan: ablation, changes: [] },
  "ablated, and declares after our revert": {
    ...whole,
    ...broken(hurtFrom, 25_100),
    plan: ablation,
    claims: [...restored.slice(0, 5), [26_000, "closed"]],
    changes: [],
  },
  "ablated, documents out of reach until the revert": {
    ...whole,
    ...broken(hurtFrom, 25_100),
    plan: ablation,
    claims: restored.slice(0, 5),
    changes: [],
    documents: { atEnd: (from) => from < 4000 },
  },
  "ablated, documents lost for good": {
    ...whole,
    ...broken(hurtFrom, 25_100),
    plan: ablation,
    claims: restored.slice(0, 5),
    changes: [],
    documents: { atEnd: (from) => from < 4000, afterRevert: (from) => from < 4000 },
  },
  "not disturbed, and a record lost": { ...whole, ...still, state: losing, claims: restored.slice(0, 5) },
  "acts elsewhere, recovers": {
    ...whole,
    claims: [
      [6330, "detected", { scope: { service: "vector", replica: "vector-1" } }],
      [7000, "action.started", { pathway: "restore-index", scope: { service: "vector", replica: "vector-1" } }],
      [
        8950,
        "action.finished",
        { pathway: "restore-index", outcome: "done", scope: { service: "vector", replica: "vector-1" } },
      ],
    ],
    changes: [],
  },
  "word without action, budget burnt": {
    ...whole,
    changes: [],
    plan: { expect: { ...basePlan.expect, budget: { slo: 0.99, maxBurn: 8 } } },
  },
  "unclaimed action": { ...whole, claims: restored.slice(0, 2) },
  "ablated, recovers by itself": { ...whole, plan: ablation, changes: [] },
  "ablated, recovers by another action": {
    ...whole,
    plan: ablation,
    claims: incident("restart-replica", { detected: 6330, done: 8950, closed: 12_600 }),
  },
  "ablated, its no-op claimed done after another action": {
    ...whole,
    plan: ablation,
    claims: [...incident("restart-replica", { detected: 6330, done: 8800 }), ...restored.slice(3)],
  },
  "ablated, never broke": { ...whole, ...still, plan: ablation, changes: [] },
  "ablated, never broke, and a record lost": { ...whole, ...still, state: losing, plan: ablation, changes: [] },
  "ablated, effect not confirmed": { ...whole, plan: ablation, fault: { applying: 5020, unconfirmed: 5110 } },
  "ablated, good too briefly": {
    ...whole,
    ...broken(hurtFrom, 23_900),
    plan: ablation,
    claims: restored.slice(0, 5),
    changes: [],
  },
  "loop ablated, stays broken": {
    ...whole,
    ...broken(hurtFrom, 25_100),
    plan: loopAblation,
    claims: restored.slice(0, 5),
    changes: [],
  },
  "loop ablated, and declares all the same": {
    ...whole,
    ...broken(hurtFrom, 25_100),
    plan: loopAblation,
    changes: [],
  },
  "loop ablated, recovers by itself": { ...whole, plan: loopAblation, changes: [] },
  "loop ablated, restarted by somebody": { ...whole, plan: loopAblation },
  "loop ablated, acts by a pathway nobody declared": {
    ...whole,
    plan: loopAblation,
    claims: incident("wipe-all", { detected: 6330, done: 8950, closed: 12_600 }),
  },
  "unhealed, stays broken": { ...whole, ...broken(hurtFrom, 25_100), ...nobody },
  "unhealed, recovers by itself": { ...whole, ...nobody },
  "unhealed, recovers and relapses": { ...whole, fate: relapsing, ...nobody },
  "unhealed, never broke": { ...whole, ...still, ...nobody },
  "unhealed, but the healer was on": { ...whole, plan: unhealed },
  "unhealed, broken before": { ...whole, ...broken(2000, 8900), ...nobody },
  "placebo, quiet": quiet,
  // The do-nothing twin has a way back of its own, and no second look comes after it.
  "placebo by the fault nothing, documents kept": {
    ...quiet,
    phases: { boot: 0, warmup: 0, baseline: 1000, inject: 5000, observe: 5120, revert: 25_000, teardown: 30_000 },
    fault,
    plan: {
      ...calm,
      disturbances: [{ type: "fault", fault: "nothing", site: { service: "", replica: "" }, seed: 7, params: {} }],
    },
    documents: {},
  },
  "placebo, audited": { ...quiet, audit: {} },
  "placebo, unheard and audited": { ...quiet, audit: {}, feedCut: { at: 9000, noticed: false } },
  "placebo, documents kept": { ...quiet, documents: {} },
  "placebo, documents lost": { ...quiet, documents: { atEnd: (from) => from < 9000 } },
  "placebo, acts": { ...quiet, claims: [[9000, "action.started", { pathway: "restart-replica" }]] },
  "placebo, acts unsaid": { ...quiet, changes: [[9000, { field: "weight", before: 1, after: 0 }]] },
  "placebo, calls a person": {
    ...quiet,
    claims: [[9000, "escalated", { pathway: "escalate", scope: { service: "stack" } }]],
  },
  "placebo, turns users away": {
    ...quiet,
    plan: { ...calm, ...blindToUsers, expect: { heldFire: true, never: [] } },
    fate: (sent, id) => (sent > 9000 && id % 4 > 0 ? { latencyMs: 3, error: "status 503" } : fine),
  },
  "placebo, unheard": { ...quiet, feedCut: { at: 9000, noticed: false } },
  "placebo, breaks on its own": { ...quiet, ...broken(9000, 12_000) },
  "placebo, with an outage": {
    ...quiet,
    fate: (sent) => (sent > 8850 && sent < 9350 ? { latencyMs: 149, error: "status 503" } : fine),
  },
  "placebo, broken by the healer": {
    ...quiet,
    ...broken(9000, 12_000),
    claims: [[8000, "action.started", { pathway: "restart-replica" }]],
  },
  "look-alike, held": { ...bumped, claims: [[6000, "held", { reasons: ["more traffic, same latency"] }]] },
  "look-alike, acts": { ...bumped, claims: [[6000, "action.started", { pathway: "restart-replica" }]] },
  "look-alike that never came": { ...quiet, plan: bump },
});

export type StoryName = keyof typeof stories;
