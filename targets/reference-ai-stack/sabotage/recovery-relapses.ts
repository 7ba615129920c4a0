// A repair that does not last: what was restored rots again a few seconds later, after the healer has closed the
// incident.
import { open } from "node:fs/promises";
import { readStackConfig } from "../config.ts";
import { PAYLOAD_OFFSET, ROW_BYTES, readRows, replicaFiles } from "../vector/layout.ts";
import type { Defect } from "./defect.ts";
import { handWith, replicaIn } from "./hand-with.ts";

/** After the healer's own look of 3 s has ended well. */
const AFTER_MS = 5000;
const SHARE = 0.6;

/**
 * Overwrites the first rows with one and the same vector: the file keeps its length, and answers like before, only
 * wrong.
 */
async function rot(replica: string): Promise<void> {
  const { index } = replicaFiles(readStackConfig(process.env).dataDir, replica);
  const ones = new Float32Array((Math.floor(SHARE * (await readRows(index))) * ROW_BYTES) / 4).fill(1);
  const file = await open(index, "r+");
  try {
    await file.write(Buffer.from(ones.buffer), 0, ones.byteLength, PAYLOAD_OFFSET);
  } finally {
    await file.close();
  }
}

export const recoveryRelapses: Defect = {
  name: "recovery-relapses",
  summary: "Restores the damaged index, and five seconds later the same replica's index is damaged again.",
  healer: {
    hand: (hand, _eyes, clock) =>
      handWith(hand, {
        "restore-index": async (args) => {
          const outcome = await hand.do("restore-index", args);
          void clock.sleep(AFTER_MS).then(() => rot(replicaIn(args)));
          return outcome;
        },
      }),
  },
};
