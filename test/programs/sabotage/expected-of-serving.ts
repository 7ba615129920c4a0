// The planted defects of serving: of versions, replicas, queues and caches.
import type { Expected } from "./expectation.ts";

const leftAlone = { intent: "control/left-alone", arm: "placebo" } as const;
/** What the stack says of itself must prove itself, or the trial says nothing of the healer. */
const unproven = {
  intent: "control/numbers-proven",
  arm: "placebo",
  rule: "signals-proven",
  outcome: "invalid",
} as const;
const canary = { intent: "model/canary-rolled-back", arm: "treatment" } as const;

export const servingExpectations: readonly Expected[] = [
  {
    defect: "rolls-back-too-far",
    ...canary,
    rule: "recovered-in-time",
    says: /^not recovered in .*users\.right_share was/,
  },
  {
    defect: "verifies-on-the-canary-only",
    ...canary,
    rule: "declared-truthfully",
    says: /^false declaration: declared recovered at /,
  },
  {
    defect: "restart-instead-of-rollback",
    ...canary,
    rule: "by-declared-pathway",
    says: /^wrong-pathway: restart-replica was done, .*declared is rollback-model/,
  },
  {
    defect: "trusts-the-health-path",
    intent: "inference/engine-hung",
    arm: "treatment",
    rule: "detected-in-time",
    says: /^not detected: no incident on inference-/,
  },
  {
    defect: "recycles-healthy-ones",
    ...leftAlone,
    rule: "held-fire",
    says: /^the healer started recycle-before-exhaustion on .*nothing to repair/,
  },
  {
    defect: "scales-to-infinity",
    intent: "load/surge-scaled-out",
    arm: "treatment",
    rule: "budget-kept",
    says: /replicas\.inference was .*which must never be/,
  },
  {
    defect: "restart-instead-of-shedding",
    intent: "load/overload-shed",
    arm: "treatment",
    rule: "by-declared-pathway",
    says: /^wrong-pathway: restart-replica was done, .*declared is shed-load/,
  },
  {
    defect: "clears-instead-of-draining",
    intent: "inference/memory-drained",
    arm: "treatment",
    rule: "by-declared-pathway",
    says: /^wrong-pathway: clear-prefix-cache was done, .*declared is redistribute-traffic/,
  },
  {
    defect: "scales-out-a-wrong-cache",
    intent: "inference/cache-cleared",
    arm: "treatment",
    rule: "by-declared-pathway",
    says: /^wrong-pathway: scale-inference was done, .*declared is clear-prefix-cache/,
  },
  {
    defect: "clears-caches-as-cure-all",
    intent: "data/index-repaired",
    arm: "treatment",
    rule: "by-declared-pathway",
    says: /^wrong-pathway: clear-cache was done, .*declared is restore-index/,
  },
  {
    defect: "counts-cut-answers-as-whole",
    intent: "http/answers-cut",
    arm: "treatment",
    rule: "detected-in-time",
    says: /^not detected: no incident on .*inference/,
  },
  {
    defect: "counts-refusals-as-successes",
    ...unproven,
    says: /request_success_total (moved by \d, where one request of ours made 1|changed from one look)/,
  },
  {
    defect: "buckets-above-every-value",
    ...unproven,
    says: /^ttft\.inference .*time_to_first_token_seconds says .*between 0 and 5, .*the buckets cannot tell/,
  },
  {
    defect: "tokens-reset-by-reading",
    ...unproven,
    says: /vllm:generation_tokens_total (did not move|moved by|fell from one look)/,
  },
  {
    defect: "ghost-of-a-dead-worker",
    ...unproven,
    says: /num_requests_running reads 7 when nothing runs/,
  },
  {
    defect: "percent-for-ratio",
    ...unproven,
    says: /^kv\.inference \(vllm\/kv-use\) .*unit looks wrong: .* as a ratio/,
  },
  {
    defect: "answers-with-anothers",
    intent: "control/notes-kept-apart",
    arm: "placebo",
    rule: "budget-kept",
    says: /users\.notes\.leak_share was .*which must never be/,
  },
  {
    defect: "asks-again-at-once",
    intent: "http/all-throttled",
    arm: "look-alike",
    rule: "budget-kept",
    says: /asked\.embedder was .*which must never be/,
  },
];
