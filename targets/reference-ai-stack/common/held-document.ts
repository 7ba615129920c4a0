// What a replica has of a document, against what a sibling has of it: which of the two is behind. Versions alone do
// not say: a batch that was taken back stands again in an older one. So each replica remembers which versions were
// gone back from, whether it had them or not.

export interface HeldState {
  readonly version: number;
  /** Whether it can be found; false: it was deleted, or taken back. */
  readonly isThere: boolean;
  /** Versions that were gone back from, as far as this replica was told. */
  readonly withdrawn: readonly number[];
}

/**
 * `behind`: the sibling's state is one that this replica was never told of; `apart`: the two differ, its own version is
 * the lower one, and neither can be told to be behind; `level`: they are the same, or the sibling is behind.
 */
export type Standing = "behind" | "apart" | "level";

/** `own` undefined: the replica never had the document. */
export function standingOf(own: HeldState | undefined, theirs: HeldState): Standing {
  if (own === undefined) return theirs.isThere ? "behind" : "level";
  if (isAhead(theirs, own)) return "behind";
  if (isAhead(own, theirs)) return "level";
  const isLower = theirs.version > own.version || (theirs.version === own.version && theirs.isThere && !own.isThere);
  return isLower ? "apart" : "level";
}

/** It has a newer version that the other never went back from, or went back from the other's, which does not know. */
function isAhead(one: HeldState, other: HeldState): boolean {
  if (one.version > other.version) return !other.withdrawn.includes(one.version);
  const wentBack = one.version < other.version && one.withdrawn.includes(other.version);
  return wentBack && !other.withdrawn.includes(other.version);
}
