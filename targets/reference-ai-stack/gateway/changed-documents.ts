// Which answers a changed document concerns: those that were made from a passage of it, and those that would be made
// from one of it now. The last changes are remembered for answers that were under way when they came.

import { mayBeOf } from "../common/passage-ids.ts";

/** Changes that are remembered: bulk ingestion makes some 30 in a second, and an answer takes seconds. */
const REMEMBERED = 256;
/** So much a cosine as an engine gives it may be less than the same as it is worked out here. */
const ROUNDING = 0.001;

/** A document that was written anew, deleted or taken back. */
export interface ChangedDocument {
  readonly document: string;
  /** Of the passages that it has now, each of unit length; none: it has no text any more. */
  readonly vectors: readonly ArrayLike<number>[];
}

/** The same with vectors of unit length: worked out once for a change, and not for each answer that is kept. */
export function ofUnitLength({ document, vectors }: ChangedDocument): ChangedDocument {
  const unit = (vector: ArrayLike<number>): Float64Array => {
    const length = Math.sqrt(cosine(vector, vector));
    return Float64Array.from(vector, (part) => part / length);
  };
  return { document, vectors: vectors.map(unit) };
}

/** What an answer was made from. */
export interface MadeFrom {
  /** Of unit length. */
  readonly vector: readonly number[];
  /** Ids of what was retrieved. */
  readonly passages: readonly string[];
  /** Cosine of the last passage that was retrieved; -1: there was room for more. */
  readonly floor: number;
}

/** True: an answer that was made from this may be another one now. */
export function concerns({ document, vectors }: ChangedDocument, { vector, passages, floor }: MadeFrom): boolean {
  if (passages.some((id) => mayBeOf(id, document))) return true;
  return vectors.some((one) => cosine(one, vector) >= floor - ROUNDING);
}

export interface RecentChanges {
  /** How many came so far. */
  readonly count: () => number;
  readonly came: (changed: ChangedDocument) => void;
  /** Whether one that came after so many concerns it; true also where that is not known any more. */
  readonly concern: (after: number, from: MadeFrom) => boolean;
}

/** None at first. */
export function createRecentChanges(): RecentChanges {
  let last: readonly ChangedDocument[] = [];
  let count = 0;
  return {
    count: () => count,
    came(changed) {
      count += 1;
      last = [...last.slice(1 - REMEMBERED), changed];
    },
    concern(after, from) {
      const missed = count - after;
      if (missed > REMEMBERED) return true;
      return missed > 0 && last.slice(-missed).some((changed) => concerns(changed, from));
    },
  };
}

/** Their scalar product: of vectors of unit length, as the embedder makes them, the cosine. */
export function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
