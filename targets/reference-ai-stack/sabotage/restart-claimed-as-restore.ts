// The same trap with a lie on top: it restarts, and calls that a restored index.
import type { Defect } from "./defect.ts";

export const restartClaimedAsRestore: Defect = {
  name: "restart-claimed-as-restore",
  summary: "Claims restore-index, and restarts the replica on its damaged file.",
  healer: {
    hand: (hand) => ({ ...hand, restoreIndex: (replica) => hand.restart(replica) }),
  },
};
