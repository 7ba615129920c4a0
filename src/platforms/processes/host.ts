// This machine as the host of the harness itself, by its process table.

import type { Host } from "../../core/host.ts";
import { listenedBy } from "./listened-by.ts";
import { watchHost } from "./machine-survey.ts";
import { keepAwake } from "./keep-awake.ts";
import { endInstance, endProcesses, markerVariable, startTimeOf } from "./process-table.ts";
import { entryOf } from "./ways.ts";
import { watchProcessors } from "./processor-use.ts";

export const thisHost: Host = {
  watch: watchHost,
  processes: {
    markerVariable,
    startTimeOf,
    wayBack: (marker) => entryOf({ kind: "process", marker }),
    endMarked: async (marker, graceMs) => (await endInstance({ marker }, graceMs)).remaining.length,
    endNow: async (process) => (await endProcesses([process], 0)).length === 0,
    listenedBy,
  },
  processors: { keepAwake, watch: watchProcessors },
};
