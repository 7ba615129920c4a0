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
/** Places that differ by less are one: they are worked out of written doses. */
const slack = 1e-6;

/** A dose, and how well it is known. */
export interface LevelDose {
  readonly dose: number;
  /** Impacts that it rests on. */
  readonly trials: number;
  /** The dose that reaches the aim lies between them. */
  readonly lo: number;
  readonly hi: number;
}

type Felt = Pick<ImpactRow, "dose" | "bad" | "slo">;

/** Whether an impact reached what is aimed at. */
export function hasReached({ bad, slo }: Omit<Felt, "dose">, level: AskedLevel): boolean {
  return bad / (1 - slo) >= aimOf(level, slo);
}

/**
 * The dose at which the aim of the level (`aimOf`) is reached in half of the trials, by the estimator of sweeps. Never
 * one as harsh as a dose that was disabling, unless that is the level: then not harsher than the mildest such; and
 * never harsher than what was tried by more than a step. Undefined where fewer than three impacts are known, or it may
 * lie beyond either end of what may be tried: all that reached the aim, or none, say nothing of where it is reached.
 */
export function doseOfLevel(
  rows: readonly Felt[],
  { dose, level, places }: { readonly dose: Dose; readonly level: AskedLevel; readonly places: readonly number[] },
): LevelDose | undefined {
  const newest = rows.slice(-mostRows);
  if (newest.length < fewestRows) return undefined;
  const answers = newest.map((row): DoseAnswer => ({
    place: placeOf(dose, row.dose),
    broke: hasReached(row, level),
  }));
  const { median, lo, hi } = estimateDose(answers, places);
  const allowed = placesFor(newest, { dose, level, places });
  const [first] = allowed;
  if (first === undefined || lo === -Infinity || hi === Infinity) return undefined;
  const place = allowed.reduce((best, one) => (Math.abs(one - median) < Math.abs(best - median) ? one : best), first);
  return { dose: doseAt(dose, place), trials: newest.length, lo: doseAt(dose, lo), hi: doseAt(dose, hi) };
}

/** Places that a level may get: up to a step above the harshest that was tried, and below what was too much. */
function placesFor(
  rows: readonly Felt[],
  { dose, level, places }: { readonly dose: Dose; readonly level: AskedLevel; readonly places: readonly number[] },
): readonly number[] {
  const placed = rows.map((row) => ({ place: placeOf(dose, row.dose), isTooMuch: levelOf(row) === "disabling" }));
  const harshest = Math.max(...placed.map(({ place }) => place));
  const next = places.find((place) => place > harshest + slack) ?? Infinity;
  const cap = Math.min(Infinity, ...placed.flatMap(({ place, isTooMuch }) => (isTooMuch ? [place] : [])));
  return places.filter(
    (place) => place <= next && (level === "disabling" ? place <= cap + slack : place < cap - slack),
  );
}
