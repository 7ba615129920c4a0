// A scale-out without a bound: whatever the queue says by now, one more replica joins after the other.
import type { Clock, Hand, OperationArgs } from "../healer/nouns.ts";
import type { Defect } from "./defect.ts";
import { handWith } from "./hand-with.ts";

const EVERY_MS = 250;

async function goOn(hand: Hand, clock: Clock, args: OperationArgs): Promise<void> {
  for (;;) {
    await clock.sleep(EVERY_MS);
    // Ends with the healer, or when no port is left.
    if ((await hand.do("add-replica", args)).outcome === "failed") return;
  }
}

function scaling(): NonNullable<Defect["healer"]> {
  let begun = false;
  return {
    hand: (hand, _eyes, clock) =>
      handWith(hand, {
        "add-replica": async (args) => {
          const outcome = await hand.do("add-replica", args);
          if (!begun) void goOn(hand, clock, args);
          begun = true;
          return outcome;
        },
      }),
  };
}

export const scalesToInfinity: Defect = {
  name: "scales-to-infinity",
  summary: "Once it has scaled out, one more replica joins after the other, for ever.",
  healer: scaling(),
};
