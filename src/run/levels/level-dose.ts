// The dose of an intended level, from the impacts that were measured at other doses: what a calibration found, and
// every trial since then.

import { doseAt, placeOf, type Dose } from "../../core/dose.ts";
import { levelOf } from "../../core/impact.ts";
import { aimOf, type AskedLevel } from "../../core/levels.ts";
import { estimateDose, type DoseAnswer } from "../../measure/dose/dose-search.ts";
import type { ImpactRow } from "../../records/impact-row.ts";

/** So many of the newest impacts count: what a stack was like long ago is forgotten. */
const mostRows = 30;
/** Fewer than these say nothing of a level. */
const fewestRows = 3;

/** A dose, and how well it is known. */
export interface LevelDose {
  readonly dose: number;
  /** Impacts that it rests on. */
  readonly trials: number;
  /** The dose that reaches the aim lies between them; absent: it may lie beyond. */
  readonly lo?: number;
  readonly hi?: number;
}

type Felt = Pick<ImpactRow, "dose" | "bad" | "slo">;

/** Whether an impact reached what is aimed at. */
export function hasReached({ bad, slo }: Omit<Felt, "dose">, level: AskedLevel): boolean {
  return bad / (1 - slo) >= aimOf(level, slo);
}

/**
 * The dose at which the aim of the level (`aimOf`) is reached in half of the trials, by the estimator of sweeps. Never
 * one as harsh as a dose that was disabling, unless that is the level: then not harsher than the mildest such.
 * Undefined where fewer than three impacts are known, or the dose may lie at either end: nobody may know it is right.
 */
export function doseOfLevel(
  rows: readonly Felt[],
  { dose, level, places }: { readonly dose: Dose; readonly level: AskedLevel; readonly places: readonly number[] },
): LevelDose | undefined {
  const newest = rows.slice(-mostRows);
  const tooMuch = newest.filter((row) => levelOf(row) === "disabling").map((row) => placeOf(dose, row.dose));
  const cap = Math.min(Infinity, ...tooMuch);
  const allowed = places.filter((place) => (level === "disabling" ? place <= cap + 1e-6 : place < cap - 1e-6));
  if (newest.length < fewestRows || allowed.length === 0) return undefined;
  const answers = newest.map((row): DoseAnswer => ({
    place: placeOf(dose, row.dose),
    broke: hasReached(row, level),
  }));
  const { median, lo, hi } = estimateDose(answers, { places, ceiling: Infinity });
  if (lo === -Infinity && hi === Infinity) return undefined;
  const place = allowed.reduce((best, one) => (Math.abs(one - median) < Math.abs(best - median) ? one : best));
  return {
    dose: doseAt(dose, place),
    trials: newest.length,
    ...(lo > -Infinity && { lo: doseAt(dose, lo) }),
    ...(hi < Infinity && { hi: doseAt(dose, hi) }),
  };
}
