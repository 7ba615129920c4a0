// What needs rows in one piece, where they lie in pieces of which format it can be done all the same, and where it
// cannot, why.

import { HarnessError } from "../../core/errors.ts";
import type { NeedsOnePiece } from "../../core/fault.ts";
import { whyInPieces } from "../../core/rows-in-pieces.ts";
import type { PublishedFile } from "../../records/inventory.ts";

const noGraph = "no graph that is known here follows them";
const both = ["sqlite-vec", "chroma"] as const;

const damages = {
  truncate: { why: "cutting the file would take other things with them" },
  pages: {
    why: "pages of the file hold other things as well",
    knows: ["sqlite-vec"],
    whyNot: {
      chroma: "each page holds links and names as well, and Chroma answers with an error where a name is zeros",
    },
  },
  links: { why: noGraph, knows: both },
  keys: { why: noGraph, knows: both },
  bare: { why: noGraph, knows: both },
  ghosts: {
    why: noGraph,
    knows: ["sqlite-vec"],
    whyNot: { chroma: "Chroma opens no index that has a number without a name: it answers with an error" },
  },
  "first rows": {
    why: noGraph,
    knows: ["sqlite-vec"],
    whyNot: { chroma: "Chroma keeps how many there are, and their names, in other files than that of its rows" },
  },
  metric: { why: noGraph, knows: both },
  places: { why: "a row is read back from where it is searched", knows: ["sqlite-vec"] },
} as const satisfies Readonly<Record<string, Omit<NeedsOnePiece, "what" | "instead">>>;

/** Damage that rows in one piece alone can be given, but where the format of the file is known. */
type OnePieceDamage = keyof typeof damages;

/** What is asked before such a damage; undefined: it asks for nothing. `what`: the mode or fault. */
export function needsOnePiece(what: string, damage: string): NeedsOnePiece | undefined {
  const instead = "take index.corruption with mode zero, noise, nan, part, flip, replace or shift";
  return Object.hasOwn(damages, damage) ? { what, instead, ...damages[damage as OnePieceDamage] } : undefined;
}

/** Throws for what cannot be done to rows that lie in pieces, where the target did not tell before. */
export function refusePieces({ path, format, payload }: PublishedFile, needs: NeedsOnePiece | undefined): void {
  const why = payload.pieces === undefined || needs === undefined ? undefined : whyInPieces(needs, format);
  if (why === undefined || needs === undefined) return;
  const says = `${needs.what} cannot be done on ${path}: its rows (format ${format}) lie in pieces, and ${why}`;
  throw new HarnessError("environment", says, { hint: needs.instead });
}
