// The table of faults. Written by `npm run generate` from the folders beside it; do not edit.

import type { Fault } from "../core/fault.ts";
import { nothing } from "./control/nothing.ts";
import { loadChange } from "./load/load-change.ts";
import { networkBandwidth } from "./network/network-bandwidth.ts";
import { networkLatency } from "./network/network-latency.ts";
import { processKill } from "./process/process-kill.ts";
import { processPause } from "./process/process-pause.ts";
import { indexCorruption } from "./vector/index-corruption.ts";

/** Every fault that an intent may name, in the order in which they are listed. */
export const faults: readonly Fault[] = Object.values({
  nothing,
  loadChange,
  networkBandwidth,
  networkLatency,
  processKill,
  processPause,
  indexCorruption,
});
