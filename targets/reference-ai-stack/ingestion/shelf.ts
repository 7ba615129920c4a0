// The shelf of dead letters: what the vector store will never take, kept as it is for whoever looks into it.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeSynced } from "./write-synced.ts";
import type { Batch } from "./ledger.ts";

/** What stood before a batch and can be written no more: its way back from that version. */
interface LostWayBack {
  readonly document: string;
  /** The batch's own, which is taken back. */
  readonly version: number;
  /** Why it was refused. */
  readonly reason: string;
  /** JSON of the document as it stood. */
  readonly text: string;
}

/** Puts it on the shelf in the ingestion's folder, and on the disk. Again: the same. */
export type Shelve = (batch: Batch, letter: LostWayBack) => void;

export function openShelf(dir: string, onLetter: (source: string) => void): Shelve {
  return ({ seq, source, batch }, { document, version, reason, text }) => {
    const name = createHash("sha256").update(document).digest("hex").slice(0, 16);
    const letter = { source, batch, line: 0, kind: "refused", reason, document, version, text };
    writeSynced(
      join(dir, "dead-letters", source, `${seq}.back-${name}-${version}.json`),
      Buffer.from(`${JSON.stringify(letter)}\n`),
    );
    onLetter(source);
  };
}
