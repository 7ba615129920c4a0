// More is asked than before, longer work, or work that people have planned, and nothing is broken: say so, and touch
// nothing.
import { restraint } from "./pathway.ts";

export const hold = restraint({
  name: "hold",
  answers: ["demand-surge", "throttled", "long-work", "planned-work"],
  tier: "none",
  says: "a benign anomaly: nothing is touched",
  ends: "held",
});
