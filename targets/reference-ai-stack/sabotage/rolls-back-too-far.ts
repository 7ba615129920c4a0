// Goes back further than it must: the version that was good until now gives way to one that was not.
import type { Defect } from "./defect.ts";
import { handWith } from "./hand-with.ts";

export const rollsBackTooFar: Defect = {
  name: "rolls-back-too-far",
  summary: "Rolls a version back, and the one before it as well.",
  healer: {
    hand: (hand, eyes) =>
      handWith(hand, {
        "roll-back-model": async (args) => {
          const first = await hand.do("roll-back-model", args);
          const models = (await eyes.rollCall())?.find((one) => one.models !== undefined)?.models;
          return models === undefined ? first : hand.do("roll-back-model", { version: models.stable });
        },
      }),
  },
};
