// What a vector replica says of itself: its index, its answers, and which documents it holds.

import type { HeldState } from "../../common/held-document.ts";

export interface ManifestView {
  /** Is the index file byte for byte what was written? */
  readonly matches: boolean;
  /** Rows that a search can find. */
  readonly rows: number;
  /** Rows of the record store; absent: the replica does not say. */
  readonly records?: number;
  /** Rows that the index holds and no search may find; absent: the replica does not say. */
  readonly dead?: number;
  /** Writes that were stored since the process began; absent: the replica does not say. */
  readonly wrote?: number;
  /** Why it cannot say by which manifest its index is to be read, or says nothing at all; absent: it can. */
  readonly trouble?: string;
  /** Why the disk refused a write; absent: one was stored since, none was refused, or the replica does not say. */
  readonly writeRefused?: string;
  /** One number each for what the record store and the index hold, `of` which documents; absent: it does not say. */
  readonly digests?: Readonly<Record<"records" | "index", string>> & { of?: { documents: string; look: number } };
  /** Of all vectors in the index against the record store's: cosine of the means, and rows of an odd length. */
  readonly vectors?: { readonly centroid: number; readonly oddLengths: number };
  /** Which documents it holds, in parts; absent: the replica does not say it here. */
  readonly held?: readonly HeldPart[];
}

export interface SelfRetrievalView {
  /** By vectors that are held outside the index. */
  readonly share: number;
  readonly checked: number;
  /** The same by the vectors that the index gives back; absent: the replica does not say. */
  readonly internal?: { readonly share: number; readonly checked: number };
  /** Of those checked, so many have another vector in the index than in the record store; absent: not compared. */
  readonly differing?: number;
  /** What is odd about the answers; absent: the replica does not say. */
  readonly shape?: AnswerShape;
}

/** So many answers to searches for stored rows, and of them so many of each odd kind. */
export interface AnswerShape {
  readonly answers: number;
  /** With fewer hits than were asked for. */
  readonly short: number;
  /** With an id that nobody has stored. */
  readonly unknown: number;
  /** With an id twice. */
  readonly repeated: number;
  /** One and the same, hit by hit. */
  readonly alike: number;
  /** With the vector that was asked for, under another row's name; absent: the replica does not say. */
  readonly misnamed?: number;
}

/** Some of a vector replica's documents, the same ones at each. */
export interface HeldPart {
  /** Of their names and versions. */
  readonly digest: string;
  /** How many of them are there. */
  readonly there: number;
}

/** A document that was ever stored at a replica, and what it has of it. */
export interface HeldDocument extends HeldState {
  readonly document: string;
}
