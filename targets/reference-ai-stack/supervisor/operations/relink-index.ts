// Links a vector replica's index anew from the vectors that it holds, while it answers from the old one.
import { indexOperation } from "../index-operation.ts";
import { relinkIndex as make } from "../restore-index.ts";

export const relinkIndex = indexOperation("relink-index", { turn: "inTurn", make });
