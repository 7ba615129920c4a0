// Answers come late by the way in use to a service, and soon by the other: the way is slow, and the service is not.
import { paths } from "./sources.ts";
import { signal } from "./signal.ts";

export const pathSlow = signal({
  name: "path-slow",
  rule: "for 2 s tries by the way in use are answered 100 ms later than by the other, at every replica",
  detector: paths,
  covers: ["slower-than-siblings", "latency-creeps"],
  speaksFor: { "path-failing": 30 },
});
