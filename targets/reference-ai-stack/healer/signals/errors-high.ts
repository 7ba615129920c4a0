// A replica that lives and fails most of what it is asked. Nothing here knows why.
import { errorDetector } from "../detection/error-detector.ts";
import { signal, source } from "./signal.ts";

export const errorsHigh = signal({
  name: "errors-high",
  rule: "half of a replica's requests fail, 6 samples in a row",
  detector: source(errorDetector),
  speaksFor: { "replica-slow": 0.3, "replica-down": 0.3, "index-damaged": 0.2 },
});
