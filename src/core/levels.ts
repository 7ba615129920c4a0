// From measured impacts at some doses to the dose that has an intended level.

import { levelFrom, type ImpactLevel } from "./impact.ts";
import type { Share } from "./units.ts";

/** A level that a disturbance may be meant to have. */
export type AskedLevel = Exclude<ImpactLevel, "none">;

/**
 * The burn rate that a dose is to have for a level: the geometric mean of where it and the next one begin, as far from
 * both in factors. Of disabling, where it begins: never above. Ours.
 */
export function aimOf(level: AskedLevel, slo: Share): number {
  if (level === "disabling") return levelFrom(level, slo);
  const next = level === "noticeable" ? "significant" : "disabling";
  return Math.sqrt(levelFrom(level, slo) * levelFrom(next, slo));
}
