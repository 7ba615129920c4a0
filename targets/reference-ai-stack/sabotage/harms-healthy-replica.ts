// A remedy that works and reaches too far: the healthy sibling is restarted along with the sick one, and nobody is
// told.
import type { Defect } from "./defect.ts";

export const harmsHealthyReplica: Defect = {
  name: "harms-healthy-replica",
  summary: "Restores the damaged index, and restarts the healthy sibling without a word.",
  healer: {
    hand: (hand, eyes) => ({
      ...hand,
      async restoreIndex(replica, source) {
        const outcome = await hand.restoreIndex(replica, source);
        const all = (await eyes.rollCall()) ?? [];
        const service = all.find((entry) => entry.replica === replica)?.service;
        const sibling = all.find((entry) => entry.service === service && entry.replica !== replica);
        if (sibling !== undefined) await hand.restart(sibling.replica);
        return outcome;
      },
    }),
  },
};
