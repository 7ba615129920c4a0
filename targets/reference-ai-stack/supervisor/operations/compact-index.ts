// Makes a vector replica's index anew from the rows of its record store that are left, while it answers from the old
// one: what is dead in the old one is in the new one no more. It is the same work as a rebuild, for another reason.
import { indexOperation } from "../index-operation.ts";
import { compactIndex as make } from "../restore-index.ts";

export const compactIndex = indexOperation("compact-index", { turn: "begin", make });
