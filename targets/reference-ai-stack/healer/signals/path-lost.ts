// Nothing comes through by the way in use to a service, while the other way leads to it.
import { paths } from "./sources.ts";
import { signal } from "./signal.ts";

export const pathLost = signal({
  name: "path-lost",
  rule:
    "2 tries in a row (one each 0.25 s, 0.4 s for an answer of any kind) without an answer by the way in use, " +
    "to every replica, while each is answered by the other within 0.2 s and was for 1.5 s (4 on a starved machine)",
  detector: paths,
  certain: true,
  covers: ["errors-high", "fails-unlike-siblings", "slower-than-siblings", "latency-creeps"],
  speaksFor: { "path-failing": 30 },
});
