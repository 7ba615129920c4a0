// The lowest level of hnswlib's graph as Chroma keeps it (data_level0.bin; https://github.com/nmslib/hnswlib,
// hnswalg.h): an element for each row, one behind the other: how many links (16 bit, and 16 of marks), the links, each
// an element's number (32 bit), the vector, its label (64 bit). Levels above it lie in a file of their own, and stay.

import { HarnessError } from "../../core/errors.ts";
import { keyBytes, linkBytes, type Graph, type Links } from "./graph.ts";
import type { Piece } from "./row-pieces.ts";

/** Throws for what is no such level with rows in these pieces: a link to no element would end whoever follows it. */
export function readLevel(file: Uint8Array, pieces: readonly Piece[]): Graph {
  const [piece] = pieces;
  if (piece === undefined || pieces.length > 1) throw notALevel("its rows are not one an element");
  const { at: first, bytes, every, count: nodes } = piece;
  const mostAtBase = first / linkBytes - 1;
  const isLaidOut = every === first + bytes + keyBytes && Number.isInteger(mostAtBase) && mostAtBase > 0;
  if (!isLaidOut || file.length < nodes * every) throw notALevel("its elements have another layout");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const links = Array.from({ length: nodes }, (_, node): Links => {
    const at = node * every;
    const count = view.getUint16(at, true);
    if (count > mostAtBase) throw notALevel(`element ${node} has ${count} links`);
    for (let link = 1; link <= count; link += 1) {
      if (view.getUint32(at + link * linkBytes, true) >= nodes) throw notALevel(`element ${node} leads to none`);
    }
    return { node, level: 0, at: at + linkBytes, count };
  });
  const keys = links.map(({ at }) => at - linkBytes + first + bytes);
  return { nodes, mostAtBase, keys, levels: links.map(() => 0), links };
}

function notALevel(why: string): HarnessError {
  const hint = "take index.corruption with mode zero, noise, nan, part, flip, replace or shift";
  return new HarnessError("environment", `the published index is no lowest level of hnswlib's: ${why}`, { hint });
}
