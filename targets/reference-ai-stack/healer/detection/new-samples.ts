// The gateway repeats its samples of the last seconds; this picks those that were not there before.
import type { TrafficSample, UpstreamView } from "../nouns.ts";

/** The samples after `lastSeq`. A sequence that fell back means that the gateway was restarted: then all are new. */
export function newSamples(view: UpstreamView, lastSeq: number): { fresh: readonly TrafficSample[]; lastSeq: number } {
  return newOnes(view.recent, lastSeq);
}

/** The same of anything that is numbered. */
export function newOnes<T extends { readonly seq: number }>(
  recent: readonly T[],
  lastSeq: number,
): { fresh: readonly T[]; lastSeq: number } {
  const highest = recent.reduce((top, { seq }) => Math.max(top, seq), -1);
  if (highest < 0) return { fresh: [], lastSeq };
  const from = highest < lastSeq ? -1 : lastSeq;
  return { fresh: recent.filter(({ seq }) => seq > from), lastSeq: highest };
}
