// The latency of a replica, as a series, has taken a shape that it never had.
import { oddSeriesDetector } from "../detection/odd-series-detector.ts";
import { signal, source } from "./signal.ts";

export const oddSeries = signal({
  name: "odd-series",
  rule: "the ensemble of `bench:detect` over its latency in bins of 5 s, with the threshold that fits NAB best",
  detector: source(oddSeriesDetector),
  fromBelow: true,
  speaksFor: {
    "replica-down": 1.2,
    "replica-slow": 1.5,
    "resource-exhausting": 1.2,
  },
  opinion: true,
});
