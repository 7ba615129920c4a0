// A disturbance that was applied, as far as taking it back needs it.

import type { Fault } from "../core/fault.ts";
import type { Site } from "../core/controls.ts";
import type { Json, Ms } from "../core/units.ts";

/** A fault whose way back is on disk. */
export interface Applied {
  readonly index: number;
  readonly fault: Fault;
  readonly site: Site;
  readonly undo: Json;
  readonly seq: number;
  /** Its effect was confirmed, ms. */
  confirmedAt?: Ms;
  /** Ends what keeps it up, waits for that, and says what was kept up. */
  letGo?: () => Promise<string | undefined>;
}
