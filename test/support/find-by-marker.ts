// What of a stack still lives, asked by its marker.

import { findInstance } from "../../src/platforms/processes/process-table.ts";

/** Every living process that carries the marker (Linux). */
export function findByMarker(marker: string): ReturnType<typeof findInstance> {
  return findInstance({ marker });
}
