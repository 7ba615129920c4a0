// A run folder read whole; the product reads one trial at a time.

import type { TrialRecord } from "../../src/core/verdict.ts";
import { recordedTrials } from "../../src/store/run-folder.ts";
import { readTimeline } from "../builders/read-timeline.ts";

/** Every trial with the whole of its timeline, in the same order. */
export async function readTrials(runDir: string): Promise<readonly TrialRecord[]> {
  const records: TrialRecord[] = [];
  for (const { plan, timeline } of (await recordedTrials(runDir)).trials) {
    records.push({ plan, timeline: timeline === undefined ? [] : await readTimeline(timeline) });
  }
  return records;
}
