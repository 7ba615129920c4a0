// What the ledger holds, and what is asked of it: batches, sources, and what each publication has changed.

/**
 * `queued`: to be published, in order · `published` · `rolling-back`: is being taken back · `rolled-back`: was taken
 * back · `quarantined`: of a source that nothing is taken from.
 */
export type BatchState = "queued" | "published" | "rolling-back" | "rolled-back" | "quarantined";

export interface Batch {
  /** Its place in the queue; a checkpoint's name, once it is published. */
  readonly seq: number;
  readonly source: string;
  /** The file's name. */
  readonly batch: string;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
  /** When it arrived, ms since 1970. */
  readonly arrivedMs: number;
  readonly state: BatchState;
  /** Lines that are left out, each on the shelf of dead letters. */
  readonly dead: readonly number[];
  /** What makes it suspect now that it is published, in words; absent: nothing. */
  readonly suspect?: string;
}

/** A version of a document that a batch brought, whether it was the newest by then or not. */
export interface Change {
  readonly document: string;
  readonly version: number;
}

/** A document as the vector store has it or had it. */
export interface Stood {
  readonly version: number;
  readonly source: string;
  readonly batch: string;
  /** JSON of all of it. */
  readonly body: string;
}

export interface Source {
  readonly source: string;
  readonly isQuarantined: boolean;
  /** Field names of its records → those that are expected. */
  readonly mapping: Readonly<Record<string, string>>;
}

/** Who undid what was done to a source, and when, ms since 1970. */
export interface Decided {
  readonly by: string;
  readonly at: number;
}

export interface Ledger {
  /**
   * Notes a batch, in quarantine where its source is; null: the very same was taken before. One that was taken back is
   * noted anew, behind all that wait, and what it had brought then is forgotten.
   */
  readonly take: (batch: Pick<Batch, "source" | "batch" | "hash" | "arrivedMs">) => Batch | null;
  /** The very same batch, if it was taken before. */
  readonly known: (batch: Pick<Batch, "source" | "batch" | "hash">) => Batch | undefined;
  /** The first in the queue; never one of a source in quarantine. */
  readonly head: () => Batch | undefined;
  readonly batches: (state: BatchState) => readonly Batch[];
  /** The last that is being taken back: it is the first to go. */
  readonly goingBack: () => Batch | undefined;
  /** Published batches that are suspect and came after that time, ms since 1970. */
  readonly suspects: (afterMs: number) => readonly Batch[];
  /** All of a source that are queued or published, each with its tags where its copy was let go of. */
  readonly ofSource: (source: string) => readonly (readonly [Batch, readonly string[] | undefined])[];
  /** The last of that name. */
  readonly find: (source: string, batch: string) => Batch | undefined;
  readonly get: (seq: number) => Batch | undefined;
  readonly setState: (seq: number, state: BatchState) => void;
  /** Whether something of the source is queued or published. */
  readonly isKnown: (source: string) => boolean;
  /**
   * The source is in quarantine, and with it what waits; what is published since it was suspect goes back, and so does
   * what was written of a batch that is not published. All of it or nothing. Answers of how many batches.
   */
  readonly quarantine: (source: string) => number;
  /**
   * The source is in quarantine no more: what waited there goes back into the queue, each batch in its old place, and
   * what was taken back stays so. All of it or nothing, the name of who decided that among it. Answers of how many
   * batches.
   */
  readonly liftQuarantine: (source: string, decided: Decided) => number;
  /** Records of the source are read as they come; all of it or nothing, the name of who decided that among it. */
  readonly clearMapping: (source: string, decided: Decided) => void;
  /** How many batches of a source are in a state. */
  readonly countOf: (source: string, state: BatchState) => number;
  readonly setSuspect: (seq: number, says: string | null) => void;
  readonly leaveOut: (seq: number, line: number) => void;
  /**
   * A batch is about to write a version: notes that, and keeps what stands there, unless it is newer. Again it changes
   * nothing. All of it or nothing.
   */
  readonly beginWrite: (seq: number, change: Change, before: Stood | null) => void;
  /**
   * Keeps what a version says that a batch brought, JSON, where the vector store does not: a newer one stands there.
   */
  readonly keepBody: (seq: number, change: Change, body: string) => void;
  /** How many documents it has changed so far, the one that is being written among them. */
  readonly countChanged: (seq: number) => number;
  /** The last one first. */
  readonly changesOf: (seq: number) => readonly Change[];
  /**
   * The greatest version of a document that is kept and was not taken back: of published batches but for that one, and
   * of nobody. It says whose it is. undefined: there is none.
   */
  readonly greatest: (document: string, without: number) => Stood | undefined;
  /** Whether a published batch but for that one has brought this version, too, or it was there before any. */
  readonly isSaid: (change: Change, without: number) => boolean;
  /** The batch has not brought it after all. */
  readonly forgetChange: (seq: number, change: Change) => void;
  /** The batch is taken back, and nothing of what it brought is kept. */
  readonly tookBack: (seq: number) => void;
  /**
   * Batches that are published or were taken back, whose copies are kept and needed by nobody: no other batch of the
   * same bytes waits, and none that is published is suspect. `after`: only those with a greater `seq`; `most`: so
   * many of them.
   */
  readonly spare: (after?: number, most?: number) => readonly Batch[];
  /** Whether another batch that was not taken back has the same bytes, and so the same copy. */
  readonly isShared: (batch: Batch) => boolean;
  /** The copies of these batches are not kept any more; `tags`: those of their records. All are noted, or none. */
  readonly letGo: (gone: readonly { readonly seq: number; readonly tags: readonly string[] }[]) => void;
  /** Notes a file that is longer than any that is taken. Again it changes nothing. */
  readonly putAside: (file: Pick<Batch, "source" | "batch" | "hash">) => void;
  readonly countAside: () => number;
  /** Tags of a batch whose copy was let go of; undefined: it is kept. */
  readonly tagsLetGo: (seq: number) => readonly string[] | undefined;
  readonly source: (source: string) => Source;
  readonly setSource: (source: Source) => void;
  readonly sources: () => readonly Source[];
  readonly counts: () => Readonly<Record<BatchState, number>>;
  /** Lines that were left out of all batches. */
  readonly deadLetters: () => number;
  readonly close: () => void;
}
