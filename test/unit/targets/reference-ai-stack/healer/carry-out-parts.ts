// For tests of a pathway's steps: carried out in order, and nothing is remembered.
import type { Hand } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { CarryOutParts } from "../../../../../targets/reference-ai-stack/healer/orchestration/carry-out.ts";

export function carryOutParts(hand: Hand, noops: readonly string[] = []): CarryOutParts {
  return {
    hand,
    noops: new Set(noops),
    flow: { id: "inc-1", step: (_name, _key, work) => work(), compensate: (_name, _key, work) => work() },
    keyOf: (step) => step,
  };
}
