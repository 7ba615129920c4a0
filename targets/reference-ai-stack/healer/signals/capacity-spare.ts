// A service that was scaled out has had more replicas than it needs for long.
import { queues } from "./sources.ts";
import { signal } from "./signal.ts";

export const capacitySpare = signal({
  name: "capacity-spare",
  rule: "more than 2 replicas; for 60 s nobody waits, and one replica less would have half of its slots free",
  detector: queues,
  speaksFor: { "capacity-spare": 30 },
});
