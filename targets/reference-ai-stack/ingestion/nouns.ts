// The ingestion as its HTTP face and its loop see it.
import type { Logger } from "../common/log.ts";
import type { GoldenQuestion } from "../corpus/golden.ts";
import type { Doors } from "./doors.ts";
import type { Held } from "./holds.ts";
import type { Batch } from "./ledger.ts";
import type { Untaken } from "./lying.ts";
import type { IngestionMetrics } from "./metrics.ts";
import type { FailureKind } from "./records.ts";
import type { GatewayTeller, Untold } from "./tell-gateway.ts";

/** What the head of the queue waits for. */
interface HeadView {
  readonly seq: number;
  readonly source: string;
  readonly batch: string;
  /** 0: it was not tried yet. */
  readonly attempts: number;
  readonly kind: FailureKind | null;
  readonly line: number;
  readonly reason: string;
  readonly nextInMs: number;
  /** Who behind does not answer, as it was last asked; null: all do, or that is not what is wrong. */
  readonly waitsFor: string | null;
  /** Renaming these fields would do; null: it would not, or that is not what is wrong. */
  readonly mapping: Readonly<Record<string, string>> | null;
}

/** How many documents are embedded by one call; as at the start when the process starts anew. */
export interface Width {
  atOnce: number;
}

export interface IngestionView {
  /** How long the oldest batch that is not published has waited, taken or not, ms; 0: there is none. */
  readonly lagMs: number;
  readonly held: readonly Held[];
  /** What lies there and cannot be taken, by its name or its nature, with the reason; twenty at most. */
  readonly untaken: readonly Untaken[];
  /**
   * Why the disk takes nothing of what lies there, or no note of the head, in words; null: it does, or nothing waits.
   */
  readonly writeRefused: string | null;
  /**
   * Copies of batches that are published or were taken back, kept still, and that nothing needs any more; null: the
   * disk refuses nothing.
   */
  readonly spareCopies: number | null;
  /** Tags of their records; none while the disk refuses nothing. */
  readonly spareTags: readonly string[];
  readonly freshWithinMs: number;
  /** Documents that are embedded by one call now, and at most. */
  readonly atOnce: number;
  readonly mostAtOnce: number;
  readonly queued: number;
  readonly published: number;
  readonly deadLetters: number;
  /** Files that were put aside since they are longer than any that is taken; each has a dead letter, too. */
  readonly oversized: number;
  readonly rolledBack: number;
  readonly quarantined: readonly string[];
  /** Sources whose records are read with fields renamed, and how. */
  readonly renamed: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Changes that a gateway which keeps answers did not take, and which are told again; null: none. */
  readonly untold: Untold | null;
  readonly head: HeadView | null;
  /**
   * What kind of data those sources send that a failing head or a suspect batch came from, or that a stale hold keeps:
   * tags of their records.
   */
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** Published lately, and suspect. */
  readonly suspects: readonly {
    readonly seq: number;
    readonly source: string;
    readonly batch: string;
    readonly says: string;
  }[];
}

/** A batch, whether it is the one that fails at the head of the queue, and how many documents it has changed so far. */
type Found = Omit<Batch, "state"> & { readonly state: Batch["state"] | "failing"; readonly changed: number };

/**
 * What became of a user's document. `stale`: another writer's version of it is newer, and stays; `late`: it was not
 * published in time, and may be later.
 */
export type Submitted = "stored" | "stale" | "late";

export interface Ingestion {
  readonly view: () => IngestionView;
  /** Its `lagMs` alone. */
  readonly lagMs: () => number;
  /** How much lies there that is not taken; the view has the first of it. */
  readonly countUntaken: () => number;
  readonly find: (source: string, batch: string) => Found | undefined;
  /** One round of the loop. */
  readonly turn: () => Promise<void>;
  /** Puts a document into a source and resolves to what became of it. */
  readonly submit: (document: {
    readonly id: string;
    readonly title: string;
    readonly text: string;
  }) => Promise<Submitted>;
  /** The verbs below do what they say or throw {@link Refused}. All but `scale` is on the disk when they return. */
  readonly retry: () => void;
  readonly deadLetter: (seq: number) => { readonly line: number };
  readonly rollBack: (seq: number) => void;
  readonly quarantine: (source: string) => { readonly batches: number };
  /**
   * Takes from a source again, by a person's word; what waited of it is tried in its order (`batches`). What was taken
   * back stays so until its producer brings it again (`takenBack`: all of the source that stand so).
   */
  readonly liftQuarantine: (source: string, by: string) => { readonly batches: number; readonly takenBack: number };
  readonly repairSchema: (source: string, mapping: Readonly<Record<string, string>>) => void;
  /** Reads records of a source as they come again, by a person's word; what is published stays as it is. */
  readonly clearMapping: (source: string, by: string) => void;
  /** Takes from a source again whose producer holds it no more. */
  readonly release: (source: string) => void;
  /** So many documents are embedded by one call, until the process starts anew. */
  readonly scale: (atOnce: number) => void;
  /**
   * Lets go of the copies of batches, published or taken back, that nothing needs any more, a hundred at a time; ways
   * back stay.
   */
  readonly prune: () => Promise<{ readonly copies: number }>;
  /** The producer calls it back: it leaves the queue, or is taken back. */
  readonly withdraw: (source: string, batch: string) => void;
  readonly close: () => void;
}

export interface IngestionParts {
  /** State of this service. */
  readonly dir: string;
  readonly sourcesDir: string;
  readonly freshWithinMs: number;
  /** Copies of what was taken hold at most so much, bytes; Infinity: as much as the disk takes. */
  readonly roomBytes: number;
  readonly doors: Doors;
  /** What is asked again of what was published, and which passage each is to find. */
  readonly questions: readonly GoldenQuestion[];
  /** Whom it tells what it has written. */
  readonly teller: GatewayTeller;
  readonly metrics: IngestionMetrics;
  /** ms since 1970: what is written down outlives the process. */
  readonly now: () => number;
  readonly log: Logger;
  /** Called when a document was submitted: nobody needs to wait for the next look. */
  readonly onArrival: () => void;
}
