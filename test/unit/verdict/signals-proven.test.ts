// Signals that did not prove themselves make a trial invalid, before and whatever else was seen in it.

import { describe, expect, it } from "vitest";
import { trialViewOf } from "../../../src/measure/facts/fold.ts";
import { measureTrial } from "../../builders/measured.ts";
import type { ProofEvent, ProofResult } from "../../../src/records/timeline/proof.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import { stories } from "../../golden/stories.ts";

const proved: ProofResult = { ok: true, movedAfterMs: 3, says: "success +1, ttft +1" };
const unproved: ProofResult = { ok: false, why: "status", says: "inference-1: answered 401: a key is needed" };

function proof(result: ProofResult, probe = "ttft.inference"): ProofEvent {
  return { kind: "proof", from: 400, at: 600, probe, replicas: ["inference-1"], result };
}

function judged(extra: readonly TimelineEvent[], freshMs = 0) {
  const signal = { preset: freshMs === 0 ? "vllm/ttft-p95" : "lmdeploy/running", freshMs };
  const stateProbes = [...basePlan.targetFacts.stateProbes, { name: "ttft.inference", everyMs: 500, signal }];
  const story = stories["clean heal"];
  const told = tell({ ...story, plan: { ...story.plan, targetFacts: { ...basePlan.targetFacts, stateProbes } } });
  const record = { plan: told.plan, timeline: [...told.timeline, ...extra].sort((a, b) => a.at - b.at) };
  // As the product does: of what was seen only a part is kept for the rules.
  const seen = trialViewOf(record);
  const verdict = judgeTrial(seen, measureTrial(record));
  return { outcome: verdict.outcome, finding: verdict.findings.find(({ rule }) => rule === "signals-proven") };
}

describe("signals of the target's own", () => {
  it("that proved themselves leave the verdict as it is", () => {
    const { outcome, finding } = judged([proof(proved)]);
    expect(outcome).toBe("pass");
    expect(finding?.says).toBe("1 signal of the target proved itself on 1 replica");
  });

  it("that did not make the trial invalid, with the reason, although all else went well", () => {
    const { outcome, finding } = judged([proof(unproved)]);
    expect(outcome).toBe("invalid");
    expect(finding?.says).toBe(
      "ttft.inference (vllm/ttft-p95) did not prove itself: inference-1: answered 401: a key is needed",
    );
  });

  it("that read later what cannot be in their unit make it invalid too", () => {
    const reading = { ok: false, unfit: true, reason: "unit looks wrong: 37 as a ratio" } as const;
    const { outcome, finding } = judged([
      proof(proved),
      { kind: "reading", at: 9000, from: 8990, probe: "ttft.inference", reading },
    ]);
    expect(outcome).toBe("invalid");
    expect(finding?.says).toContain("unit looks wrong: 37 as a ratio");
  });

  it("that are old by design say below what nothing can be detected from them", () => {
    const { finding } = judged([proof(proved)], 10_000);
    expect(finding?.says).toContain("from lmdeploy/running nothing can be detected faster than 10 s");
  });

  it("that were passed over in the proof cannot be judged; without presets there is nothing to say", () => {
    expect(judged([proof(proved, "other.signal")]).finding?.outcome).toBe("inconclusive");
    const record = tell(stories["clean heal"]);
    const names = judgeTrial(record, measureTrial(record)).findings.map(({ rule }) => rule as string);
    expect(names).not.toContain("signals-proven");
  });
});
