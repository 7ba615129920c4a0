// Several figures of a replica that are unusual together, though none of them need be alone.
import { oddReplicaDetector } from "../detection/odd-replica-detector.ts";
import { signal, source } from "./signal.ts";

export const oddTogether = signal({
  name: "odd-together",
  rule:
    "isolation forest over latency, failures, oldest waiting request and rate in bins of 2 s: " +
    "2 bins in a row more alone than any of the last 4 min",
  detector: source(oddReplicaDetector),
  fromBelow: true,
  speaksFor: {
    "replica-down": 1.5,
    "replica-slow": 1.5,
    "resource-exhausting": 1.2,
    "index-damaged": 1.2,
  },
  opinion: true,
});
