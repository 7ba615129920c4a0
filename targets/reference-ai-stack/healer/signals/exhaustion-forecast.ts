// A replica that leaks: by its own figures it is out of memory or handles soon.
import { exhaustionDetector } from "../detection/exhaustion-detector.ts";
import { signal, source } from "./signal.ts";

export const exhaustionForecast = signal({
  name: "exhaustion-forecast",
  rule:
    "memory and open handles from its /metrics, slope by Theil and Sen over 40 s to 2 min and over their later half; " +
    "by the slow end of the 95 % interval used up within twice the time looked at; of memory only where its lows rise, " +
    "it has risen for 104 s without a fall, or four fifths are used and more than before the last fall",
  detector: source(exhaustionDetector),
  // A leak explains slow answers, and is no matter any more once the replica is gone.
  speaksFor: { "resource-exhausting": 8, "replica-down": 1, "replica-slow": 0.4 },
});
