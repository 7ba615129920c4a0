// What each mark is and through whose eyes it is seen: the rules by which marks are set, as internals/measurement.md
// has them.

import type { MarkName } from "../records/facts/marks.ts";

interface MarkRule {
  /** What the instant is. */
  readonly is: string;
  /** Where it is read off. */
  readonly through: string;
}

export const markRules: Readonly<Record<MarkName, MarkRule>> = {
  t0: {
    is: "the effect of the fault was confirmed, or an engine told of it; its lower end is the first harmful act",
    through: "the fault's own proof, the event of a container's engine",
  },
  t1: {
    is: "users left the steady state: the begin of the first of `bad_after` bad windows",
    through: "our probes and load, never the target's metrics",
  },
  t2: { is: "the first incident whose scope contains the true site", through: "arrival on the target's feed" },
  t2c: { is: "the incident has a class, right or wrong", through: "feed" },
  t3: { is: "a pathway was chosen; approval asked and granted are stamped apart", through: "feed" },
  t4: { is: "the first side effect on the site", through: "the platform's view" },
  t5: { is: "users are served as before, and stay so for the hold", through: "probes and load" },
  t6: { is: "t5, and redundancy, data and queues are back, for the hold", through: "probes" },
  t7: {
    is: "the healer calls it recovered, once other incidents open on the fault's sites end, which those of another struck replica must; t7 < t6 is a false declaration",
    through: "feed",
  },
  t8: { is: "the harness took the fault back", through: "undo log" },
};
