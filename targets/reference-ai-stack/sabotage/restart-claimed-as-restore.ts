// The same trap with a lie on top: it restarts, and calls that a restored index.
import type { Defect } from "./defect.ts";
import { handWith, replicaIn } from "./hand-with.ts";

export const restartClaimedAsRestore: Defect = {
  name: "restart-claimed-as-restore",
  summary: "Claims restore-index, and restarts the replica on its damaged file.",
  healer: {
    hand: (hand) =>
      handWith(hand, { "restore-index": (args) => hand.do("restart-replica", { replica: replicaIn(args) }) }),
  },
};
