// The gateway repeats its samples of the last seconds; this picks those that were not there before.
import type { TrafficSample, UpstreamView } from "../nouns.ts";

/** The samples after `lastSeq`. A sequence that fell back means that the gateway was restarted: then all are new. */
export function newSamples(view: UpstreamView, lastSeq: number): { fresh: readonly TrafficSample[]; lastSeq: number } {
  const highest = view.recent.reduce((top, sample) => Math.max(top, sample.seq), -1);
  if (highest < 0) return { fresh: [], lastSeq };
  const from = highest < lastSeq ? -1 : lastSeq;
  return { fresh: view.recent.filter((sample) => sample.seq > from), lastSeq: highest };
}
