// More is asked than before, and nothing is broken: say so, and touch nothing.
import { restraint } from "./pathway.ts";

export const hold = restraint({
  name: "hold",
  answers: ["demand-surge"],
  tier: "none",
  says: "a benign anomaly: nothing is touched",
  ends: "held",
});
