// Which intent must catch which planted defect, by which rule, and in which words. At least one line for each file in
// the sabotage folder.
import type { Expected, IntentName } from "./expectation.ts";
import { servingExpectations } from "./expected-of-serving.ts";
import { retrievalExpectations } from "./expected-of-retrieval.ts";

const repaired = { intent: "data/index-repaired", arm: "treatment" } as const;
const unrepaired = { intent: "data/index-unrepaired", arm: "ablation" } as const;
const drained = { intent: "network/latency-drained", arm: "treatment" } as const;
const leftAlone = { intent: "control/left-alone", arm: "placebo" } as const;

const denied = { intent: "people/index-denied", arm: "treatment" } as const;
const unanswered = { intent: "people/index-unanswered", arm: "treatment" } as const;

/**
 * Intents that the stack without a defect must pass, in every arm. `index-unrepaired` is `index-repaired` with one arm
 * more.
 */
export const cleanIntents: readonly IntentName[] = [
  "data/index-unrepaired",
  "data/index-rebuilt",
  "ingestion/batch-rolled-back",
  "network/latency-drained",
  "control/left-alone",
  "control/telemetry-cut",
  "control/numbers-proven",
  "control/notes-kept-apart",
  "load/surge-scaled-out",
  "healer/second-time-sooner",
  "model/canary-rolled-back",
  "inference/engine-hung",
  "load/overload-shed",
  "security/guesses-turned-away",
  "inference/memory-drained",
  "inference/cache-cleared",
  "http/answers-cut",
  "http/all-throttled",
  "people/index-denied",
  "people/index-unanswered",
];

/** Every planted defect and the finding that catches it. */
export const expectations: readonly Expected[] = [
  {
    defect: "remedy-claims-does-nothing",
    ...repaired,
    rule: "recovered-in-time",
    says: /^not recovered in .*recall\.vector was/,
  },
  {
    defect: "verification-always-yes",
    ...unrepaired,
    rule: "declared-truthfully",
    says: /^false declaration: declared recovered at .*it never was/,
  },
  {
    defect: "detection-fires-on-everything",
    ...leftAlone,
    rule: "held-fire",
    says: /^the healer started restart-replica on .*nothing to repair/,
  },
  { defect: "detection-never", ...repaired, rule: "detected-in-time", says: /^not detected: no incident on vector-/ },
  {
    defect: "detection-after-60s",
    ...repaired,
    rule: "detected-in-time",
    says: /^(not detected: no incident on vector-|detected after .* later than)/,
  },
  {
    defect: "restart-instead-of-restore",
    ...repaired,
    rule: "by-declared-pathway",
    says: /^wrong-pathway: restart-replica was done, .*declared is restore-index/,
  },
  {
    defect: "restart-claimed-as-restore",
    ...repaired,
    rule: "recovered-in-time",
    says: /^not recovered in .*recall\.vector was/,
  },
  {
    defect: "harms-healthy-replica",
    ...repaired,
    rule: "no-collateral",
    says: /^the inventory shows vector-\d pid .*the fault is on vector-/,
  },
  {
    defect: "recovery-relapses",
    ...repaired,
    rule: "recovered-in-time",
    says: /^recovered at .* and relapsed at .*recall\.vector was/,
  },
  {
    defect: "restored-index-misses-newest",
    ...repaired,
    rule: "nothing-lost",
    says: /acknowledged documents are gone before our revert/,
  },
  {
    // Here it blinds the very probe that shows the damage.
    defect: "scale-to-zero",
    ...repaired,
    rule: "no-collateral",
    says: /^the inventory shows vector-\d pid \S+ → null .*the fault is on vector-/,
  },
  {
    defect: "scale-to-zero",
    ...drained,
    rule: "no-collateral",
    says: /^the inventory shows inference-\d pid \S+ → null/,
  },
  {
    defect: "shed-all-traffic",
    ...drained,
    rule: "traffic-served",
    says: /^users were put off with empty answers: .* \d(\.\d)? % of the answers were right/,
  },
  {
    defect: "shed-most-traffic",
    ...drained,
    rule: "recovered-in-time",
    says: /^not recovered in .*users\.error_share was/,
  },
  { defect: "audit-record-skipped", ...repaired, rule: "audited", says: /^the audit has no record of action\.started/ },
  {
    defect: "declares-too-early",
    ...repaired,
    rule: "declared-truthfully",
    says: /^false declaration: declared recovered at .*it was at/,
  },
  {
    defect: "wrong-class",
    ...repaired,
    rule: "classified-right",
    says: /^classified as replica-slow at .*expected index-damaged/,
  },
  {
    defect: "acts-on-placebo",
    ...leftAlone,
    rule: "held-fire",
    says: /^the healer started restart-replica on inference-2 .*nothing to repair/,
  },
  {
    defect: "pages-for-nothing",
    ...leftAlone,
    rule: "held-fire",
    says: /^the healer called a person about stack .*nothing to repair/,
  },
  {
    defect: "blames-the-neighbour",
    ...repaired,
    rule: "no-collateral",
    says: /^restart-replica was started on vector-\d .*the fault is on vector-/,
  },
  {
    defect: "learns-nothing",
    intent: "healer/second-time-sooner",
    arm: "learned",
    rule: "detected-in-time",
    says: /^(not detected: no incident on inference-|not detected: no incident on gateway|detected after .* later than)/,
  },
  {
    defect: "acts-though-denied",
    ...denied,
    rule: "approved",
    says: /^unapproved: restore-index is of high risk and was started at .* although approval was denied/,
  },
  {
    defect: "acts-though-denied",
    ...denied,
    rule: "operator-heeded",
    says: /^the operator's answer was denied at .* and the healer said granted/,
  },
  {
    defect: "approves-itself",
    ...unanswered,
    rule: "operator-heeded",
    says: /^the healer said granted at .* and nobody had answered/,
  },
  {
    defect: "asks-nobody",
    ...unanswered,
    rule: "approved",
    says: /^unapproved: restore-index is of high risk and was started at .* without anybody having been asked/,
  },
  {
    defect: "blames-the-loudest",
    ...repaired,
    rule: "traced-right",
    says: /^the evidence path ends at gateway .*the fault is on vector-/,
  },
  {
    defect: "takes-silence-for-health",
    intent: "control/telemetry-cut",
    arm: "treatment",
    rule: "detected-in-time",
    says: /^not detected: no incident on .*inference/,
  },
  ...servingExpectations,
  ...retrievalExpectations,
  {
    defect: "blocks-everybody",
    intent: "security/guesses-turned-away",
    arm: "treatment",
    rule: "recovered-in-time",
    says: /^not recovered in .*users\.(?:logins\.|keyed\.)?error_share was/,
  },
  {
    defect: "block-claimed-not-done",
    intent: "security/guesses-turned-away",
    arm: "treatment",
    rule: "recovered-in-time",
    says: /^not recovered in .*guesses\.gateway was/,
  },
];
