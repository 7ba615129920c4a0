// Whether a change of the inventory fell into a stretch of time in which we acted ourselves.

import type { InventoryEvent } from "../../records/timeline/inventory.ts";
import type { Ms } from "../../core/units.ts";

export interface Stretch {
  readonly from: Ms;
  readonly to: Ms;
}

/**
 * True when a change came while we acted ourselves, such as taking a fault back by the plan: a replica that comes back
 * then may be ours. Seen between `lastSameFrom` and `at`.
 */
export function mayBeOurs(
  { lastSameFrom, at }: Pick<InventoryEvent, "lastSameFrom" | "at">,
  acted: readonly Stretch[],
): boolean {
  return acted.some(({ from, to }) => at >= from && lastSameFrom <= to);
}
