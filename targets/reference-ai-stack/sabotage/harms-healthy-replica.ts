// A remedy that works and reaches too far: the healthy sibling is restarted along with the sick one, and without
// a word.
import type { Defect } from "./defect.ts";
import { handWith, replicaIn } from "./hand-with.ts";

export const harmsHealthyReplica: Defect = {
  name: "harms-healthy-replica",
  summary: "Restores the damaged index, and restarts the healthy sibling without a word.",
  healer: {
    hand: (hand, eyes) =>
      handWith(hand, {
        "restore-index": async (args) => {
          const outcome = await hand.do("restore-index", args);
          const all = (await eyes.rollCall()) ?? [];
          const service = all.find((entry) => entry.replica === replicaIn(args))?.service;
          const sibling = all.find((entry) => entry.service === service && entry.replica !== replicaIn(args));
          if (sibling !== undefined) await hand.do("restart-replica", { replica: sibling.replica });
          return outcome;
        },
      }),
  },
};
