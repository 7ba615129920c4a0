// Arms without a fault.

import { fine, fault, broken, calm, bump, blindToUsers, quiet, bumped, storiesOf, type Truth } from "./parts.ts";
import { basePlan } from "../builders/simulated-trial.ts";

const { disturbances } = basePlan;
/** A fault after which users are served as before. */
const unfelt = { fault, plan: { ...bump, disturbances } };

export const controls = storiesOf({
  "placebo, quiet": quiet,
  // The fault that does nothing has a way back of its own, and no second look comes after it.
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
  "look-alike by a fault that nobody feels, held": { ...quiet, ...unfelt },
  "look-alike by a fault that nobody feels, acts": {
    ...quiet,
    ...unfelt,
    claims: [[6000, "action.started", { pathway: "restart-replica" }]],
  },
  "look-alike by a fault that users feel": { ...quiet, ...unfelt, ...broken(9000, 12_000) },
  "look-alike by a fault that never came": { ...quiet, plan: unfelt.plan },
});

export const controlsTruths: Record<keyof typeof controls, Truth> = {
  "placebo, quiet": { outcome: "pass" },
  "placebo by the fault nothing, documents kept": { outcome: "pass" },
  "placebo, audited": { outcome: "pass" },
  "placebo, unheard and audited": { outcome: "inconclusive", unclear: ["held-fire", "audited"], says: /silent/ },
  "placebo, documents kept": { outcome: "pass" },
  "placebo, documents lost": { outcome: "fail", fail: ["nothing-lost"], says: /gone before our revert/ },
  "placebo, acts": { outcome: "fail", fail: ["held-fire"] },
  "placebo, acts unsaid": { outcome: "fail", fail: ["held-fire"] },
  "placebo, calls a person": {
    outcome: "fail",
    fail: ["held-fire"],
    says: /called a person about stack at 9\.0 s, with nothing to repair/,
  },
  "placebo, turns users away": { outcome: "fail", fail: ["traffic-served"], says: /traffic was shed/ },
  "placebo, unheard": { outcome: "inconclusive", unclear: ["held-fire"], says: /silent/ },
  "placebo, breaks on its own": { outcome: "invalid", fail: ["steady-before"] },
  "placebo, with an outage": {
    outcome: "fail",
    fail: ["budget-kept"],
    says: /users\.error_share was 1 in 9\.0–9\.5 s/,
  },
  "placebo, broken by the healer": { outcome: "fail", fail: ["held-fire"] },
  "look-alike, held": { outcome: "pass" },
  "look-alike, acts": { outcome: "fail", fail: ["held-fire"] },
  "look-alike that never came": {
    outcome: "inconclusive",
    unclear: ["held-fire"],
    says: /load\.change times 1\.5 was never confirmed/,
  },
  "look-alike by a fault that nobody feels, held": { outcome: "pass" },
  "look-alike by a fault that nobody feels, acts": { outcome: "fail", fail: ["held-fire"] },
  "look-alike by a fault that users feel": { outcome: "invalid", fail: ["steady-before"] },
  "look-alike by a fault that never came": { outcome: "inconclusive", unclear: ["held-fire"], says: /never confirmed/ },
};
