// Requests wait at every replica of a service, and the queue does not drain: more is asked than it can do.
import { queues } from "./sources.ts";
import { signal } from "./signal.ts";

export const queueGrows = signal({
  name: "queue-grows",
  rule: "requests waiting at every replica in each reading for 1.5 s, at least 2 a replica, no fewer than 80 % of the most, and work done meanwhile at one of them",
  detector: queues,
  // Heard also where the surge behind it was seen first, and held.
  certain: true,
  speaksFor: { "capacity-short": 30 },
});
