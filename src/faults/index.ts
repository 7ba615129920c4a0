// The table of faults: one file, one line. A test compares it with the folder.

import type { Fault } from "../core/fault.ts";
import { indexCorruption } from "./index-corruption.ts";
import { networkLatency } from "./network-latency.ts";
import { nothing } from "./nothing.ts";
import { processKill } from "./process-kill.ts";

/** Every fault that an intent may name, in the order in which they are listed. */
export const faults: readonly Fault[] = [networkLatency, processKill, indexCorruption, nothing];
