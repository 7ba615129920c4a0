// Makes a vector replica's index anew from its record store, while it answers from the old one.
import { indexOperation } from "../index-operation.ts";
import { rebuildIndex as make } from "../restore-index.ts";

export const rebuildIndex = indexOperation("rebuild-index", { turn: "inTurn", make });
