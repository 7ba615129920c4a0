// A replica that lives and fails most of what it is asked. Nothing here knows why.
import { errorDetector } from "../detection/error-detector.ts";
import { signal, source } from "./signal.ts";

export const errorsHigh = signal({
  name: "errors-high",
  rule: "Bernoulli CUSUM over its answers, and its budget of failures (5 %) burnt 6 × too fast over 4 s and over 1 s",
  detector: source(errorDetector),
  fromBelow: true,
  speaksFor: {
    "backend-failing": 1,
    "replica-slow": 0.3,
    "replica-down": 0.3,
    "index-damaged": 0.2,
    "resource-exhausting": 0.5,
  },
});
