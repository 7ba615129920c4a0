// More is asked of the stack than before. A broken replica sheds its load onto the others, so it is only blamed alone.
import { demandDetector } from "../detection/demand-detector.ts";
import { signal, source } from "./signal.ts";

export const demandAboveBaseline = signal({
  name: "demand-above-baseline",
  rule: "requests started per second, σ ≥ √rate, CUSUM k = 1, ≥ 1.25 × before; no replica deviates",
  detector: source(demandDetector),
  speaksFor: { "demand-surge": 8 },
  onlyAlone: true,
});
