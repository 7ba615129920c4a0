// Writes a ledger that nobody reads: the second time is like the first.
import { PARAMETERS } from "../healer/learning/parameters.ts";
import type { Defect } from "./defect.ts";

export const learnsNothing: Defect = {
  name: "learns-nothing",
  summary: "Keeps a record of all that it learns, and goes by none of it.",
  healer: {
    memory: (memory) => ({
      ...memory,
      read: () => ({ remedies: {} }),
      value: (parameter) => PARAMETERS[parameter].start,
    }),
  },
};
