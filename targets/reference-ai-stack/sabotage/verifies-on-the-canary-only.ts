// Ends the canary by promoting it, and looks at nothing but the canary: of which there is none any more.
import type { Defect } from "./defect.ts";
import { handWith } from "./hand-with.ts";

export const verifiesOnTheCanaryOnly: Defect = {
  name: "verifies-on-the-canary-only",
  summary:
    "Promotes the version that it should roll back, and calls it healed because no canary answers badly any more.",
  healer: {
    hand: (hand) => handWith(hand, { "roll-back-model": (args) => hand.do("promote-model", args) }),
    faculties: (faculties) => ({
      ...faculties,
      async verify(_look, clock, { holdMs }) {
        await clock.sleep(holdMs);
        return { healed: true, reasons: ["the canary gives no bad answer any more"] };
      },
    }),
  },
};
