// What we could not see or could not do ourselves.

import { basePlan } from "../builders/simulated-trial.ts";
import { fine, hurtFrom, broken, restored, whole, still, latencyAlone, storiesOf, type Truth } from "./parts.ts";

export const unseen = storiesOf({
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
  "conductor slow while it begins": {
    ...whole,
    phases: { ...whole.phases, baseline: 3000 },
    paceLagMs: (at) => (at <= 3000 ? 400 : 2),
  },
  "conductor slow once what is judged has begun": {
    ...whole,
    paceLagMs: (at) => (at >= 9000 && at <= 11_000 ? 400 : 2),
  },
  "conductor that nobody timed": { ...whole, paceLagMs: null },
  "trouble of our own": { ...whole, trouble: { at: 12_000, reason: "the probe process ended" } },
});

export const unseenTruths: Record<keyof typeof unseen, Truth> = {
  "feed cut unnoticed": {
    outcome: "inconclusive",
    unclear: ["detected-in-time", "classified-right", "by-declared-pathway", "declared-truthfully"],
    says: /silent for/,
  },
  "feed cut": {
    outcome: "inconclusive",
    unclear: ["detected-in-time", "classified-right", "by-declared-pathway", "declared-truthfully"],
    says: /lost at 5\.5 s/,
  },
  "feed cut once detection was overdue": {
    outcome: "fail",
    fail: ["detected-in-time", "by-declared-pathway"],
    unclear: ["classified-right"],
    says: /not detected: no incident on vector-2 .* \(1 elsewhere\), allowed 3\.0 s/,
  },
  "feed cut unnoticed once detection was overdue": {
    outcome: "fail",
    fail: ["detected-in-time", "by-declared-pathway"],
    unclear: ["classified-right"],
    says: /no class was heard, but the incident feed was silent for 18\.\d s/,
  },
  "feed cut once all was said": { outcome: "pass" },
  "feed cut between recovery and its declaration": { outcome: "pass" },
  "blind before, so that nothing was injected": {
    outcome: "inconclusive",
    unclear: ["steady-before", "nothing-lost", "harness-kept-pace"],
    says: /^8 of 8 windows before the injection could not be seen/,
  },
  "broken before, so that nothing was injected": {
    outcome: "invalid",
    fail: ["steady-before"],
    unclear: ["nothing-lost"],
  },
  "trouble of our own, so that nothing was injected": {
    outcome: "inconclusive",
    unclear: ["effect-confirmed", "harness-kept-pace"],
    says: /^nothing was injected, because of trouble in probe: the disk is full/,
  },
  "site not there, so that nothing was injected": {
    outcome: "invalid",
    fail: ["effect-confirmed"],
    says: /^nothing was injected at 5\.0 s/,
  },
  "probe dark once recovery had held": { outcome: "pass" },
  "probe dark once recovery was overdue": {
    outcome: "fail",
    fail: ["recovered-in-time"],
    says: /not recovered in 10\.0 s, which are allowed: .*retrieval\.self was 0\.4/,
  },
  "users put off with excuses before any condition broke": {
    outcome: "fail",
    fail: ["recovered-in-time", "budget-kept", "traffic-served", "declared-truthfully"],
    says: /users were not served: 9\d(\.\d)? % of the requests were bad .*put off with empty answers/,
  },
  "probe blinded": {
    outcome: "inconclusive",
    unclear: ["recovered-in-time", "declared-truthfully", "harness-kept-pace"],
  },
  "scaled to zero, so that no probe sees anything": {
    outcome: "fail",
    fail: ["no-collateral"],
    unclear: ["recovered-in-time", "declared-truthfully"],
    says: /the inventory shows vector-1 pid 100 → null/,
  },
  "killed replica that no probe sees any more": {
    outcome: "inconclusive",
    unclear: ["recovered-in-time", "declared-truthfully", "harness-kept-pace"],
  },
  "load stopped": { outcome: "inconclusive", unclear: ["budget-kept", "harness-kept-pace"], says: /the load stopped/ },
  "late sender": {
    outcome: "inconclusive",
    unclear: ["harness-kept-pace"],
    says: /1 % of the requests were sent 130 ms late or later \(bound: \d+ ms\)/,
  },
  "somewhat late sender": { outcome: "pass" },
  "unsent requests": { outcome: "inconclusive", unclear: ["harness-kept-pace"], says: /never sent/ },
  "slow conductor": { outcome: "inconclusive", unclear: ["harness-kept-pace"], says: /400 ms late/ },
  "conductor slow while it begins": { outcome: "pass" },
  "conductor slow once what is judged has begun": {
    outcome: "inconclusive",
    unclear: ["harness-kept-pace"],
    says: /400 ms late/,
  },
  "conductor that nobody timed": { outcome: "inconclusive", unclear: ["harness-kept-pace"], says: /was not seen/ },
  "trouble of our own": { outcome: "inconclusive", unclear: ["harness-kept-pace"], says: /the probe process ended/ },
};
