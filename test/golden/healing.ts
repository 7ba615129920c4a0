// What a healer does well, or fails to do, before everybody's eyes.

import {
  hurtFrom,
  broken,
  incident,
  restored,
  swapped,
  whole,
  slow,
  slowly,
  later,
  relapsing,
  storiesOf,
  type Truth,
} from "./parts.ts";

/** A fault at the ingestion; both vector replicas are within reach where it was declared that it shows there. */
const atIngestion = (felt: { feltBy?: string } = {}) => ({
  disturbances: [
    {
      type: "fault" as const,
      fault: "ingestion.churn",
      site: { service: "ingestion", replica: "ingestion" },
      seed: 7,
      params: {},
      ...felt,
    },
  ],
});

export const healing = storiesOf({
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
  "declared, then escalated": {
    ...whole,
    ...broken(hurtFrom, Infinity),
    claims: [
      ...incident("restore-index", { detected: 6330, done: 8950 }),
      [9100, "action.started", { pathway: "restart-replica", action: "restart-replica" }],
      [11_000, "action.finished", { pathway: "restart-replica", action: "restart-replica", outcome: "done" }],
    ],
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
  "healed where it is felt": { ...whole, plan: atIngestion({ feltBy: "vector" }) },
  "healed where nobody said that it is felt": { ...whole, plan: atIngestion() },
  "healed where it is felt, and beside": {
    ...whole,
    plan: atIngestion({ feltBy: "vector" }),
    changes: [
      ...swapped,
      [7200, { service: "gateway", replica: "gateway", field: "instance", before: "pid 90", after: "pid 222" }],
    ],
  },
  "data lost": {
    ...whole,
    state: (at) => ({ ...whole.state(at), "data.records": at < 8900 ? 2000 : 1990 }),
  },
  "data lost and hidden by the revert": {
    ...whole,
    state: (at) => ({ ...whole.state(at), "data.records": at < 8900 || at > 25_000 ? 2000 : 1990 }),
  },
});

export const healingTruths: Record<keyof typeof healing, Truth> = {
  "clean heal": { outcome: "pass" },
  "repaired before the effect was confirmed": { outcome: "pass" },
  "detected before the harm began": { outcome: "pass" },
  "never recovers": {
    outcome: "fail",
    fail: ["recovered-in-time", "by-declared-pathway"],
    says: /not recovered in 19\.9 s .*retrieval\.self was 0\.4/,
  },
  "declared, then escalated": { outcome: "fail", fail: ["recovered-in-time"], says: /not recovered in 19\.9 s/ },
  "waited out": { outcome: "fail", fail: ["recovered-in-time", "healed-not-waited-out"] },
  relapse: {
    outcome: "fail",
    fail: ["recovered-in-time"],
    says: /relapsed at 15\.\d s: users\.bad_share was 0\.\d+ \(wrong answer \d×\) in/,
  },
  "false declaration": {
    outcome: "fail",
    fail: ["declared-truthfully"],
    says: /false declaration: declared recovered at 7\.1 s/,
  },
  "wrong pathway": {
    outcome: "fail",
    fail: ["by-declared-pathway"],
    says: /wrong-pathway: recovered by restart-replica/,
  },
  "recovers by itself": { outcome: "fail", fail: ["by-declared-pathway"], says: /self-recovered/ },
  "word without action": {
    outcome: "inconclusive",
    unclear: ["by-declared-pathway"],
    says: /inventory shows no change on vector-2/,
  },
  "over-reach": { outcome: "fail", fail: ["no-collateral"], says: /restart-replica was started on vector-1/ },
  "silent over-reach": { outcome: "fail", fail: ["no-collateral"], says: /vector-1 pid 100 → pid 222/ },
  "healed where it is felt": { outcome: "pass" },
  "healed where nobody said that it is felt": {
    outcome: "fail",
    fail: ["detected-in-time", "classified-right", "by-declared-pathway", "no-collateral"],
    says: /restore-index was started on vector-2/,
  },
  "healed where it is felt, and beside": { outcome: "fail", fail: ["no-collateral"], says: /gateway pid 90 → pid 222/ },
  "data lost": { outcome: "fail", fail: ["nothing-lost"], says: /data\.records was 2000 before and 1990/ },
  "data lost and hidden by the revert": { outcome: "fail", fail: ["nothing-lost"] },
};
