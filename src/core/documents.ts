// Documents of our own: written into the target while it is watched, and looked for again afterwards. What the target
// acknowledged and users can no longer find is lost, whatever its counts say.

import type { Written } from "./exact-json.ts";
import type { WordCounts } from "./reasons.ts";
import type { Ms } from "./units.ts";
import type { Mark, Span } from "./verdict.ts";

/** Where a request goes: one URL, or a path at every replica of a service (then all of them must answer). */
export type DocumentPlace = { readonly url: string } | { readonly service: string; readonly path: string };

/**
 * How the target takes documents, and how one is found the way users would find it. `{id}` and `{text}` are filled in.
 */
export interface DocumentsSpec {
  readonly everyMs: Ms;
  readonly timeoutMs: Ms;
  readonly write: {
    readonly at: DocumentPlace;
    readonly method: "POST" | "PUT";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Written;
  };
  readonly read: { readonly at: DocumentPlace };
}

/** What one look for every acknowledged document gave. */
export interface DocumentLoss {
  /** Looked for, and answered that it is not there. */
  readonly gone: number;
  /** Acknowledged, and the look for it saw nothing. */
  readonly unseen: number;
  /** Why looks saw nothing, by word; absent when all saw, and in older runs. */
  readonly unseenBy?: WordCounts;
  /** Ids of the first and the last one gone, by the instant of writing; absent when none is. */
  readonly ids?: { readonly first: string; readonly last: string };
  /** From the first document gone to the last: between what was still found before, and what was found after. */
  readonly window?: { readonly from: Mark; readonly to: Mark };
  /**
   * How far back before the fault the loss reaches (the RPO that was reached); 0 when only later documents are gone.
   */
  readonly reach?: Span;
}

/** Documents of one trial, by the timeline alone. */
export interface DocumentFacts {
  /** Acknowledged by the target. */
  readonly written: number;
  /** Offered and not acknowledged; the target owes nothing for them. */
  readonly refused: number;
  /** Why, by word; absent when none was refused, and in older runs. */
  readonly refusedBy?: WordCounts;
  /**
   * Longest stretch from the baseline to the end of writing in which none was offered, ms: the writer was blind there.
   */
  readonly silentMs: Ms;
  /** The look at the end of observing, before our way back; absent when there was none. */
  readonly atEnd?: DocumentLoss;
  /** The look after our way back; absent when there was none. */
  readonly afterRevert?: DocumentLoss;
}
