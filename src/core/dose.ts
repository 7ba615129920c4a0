// The dose of a fault: the one of its parameters that says how hard it hits, as a place between 0 (the mildest that is
// tried) and 1 (the harshest). Searches work on places; intents and people see values.

import { formatDuration } from "./duration.ts";
import { shareText } from "./text.ts";

/** Which parameter of a fault is its dose. Its ends are within what the fault's schema takes. */
export interface Dose {
  /** Its name among the parameters. */
  readonly param: string;
  /** ms: written as a duration; share: of 1; times: a factor; a rate in KB (1,000 bytes) a second. */
  readonly unit: "ms" | "share" | "times" | "KB/s";
  /** The mildest value that is worth a trial, and the harshest: below the mildest where less is worse. */
  readonly mildest: number;
  readonly harshest: number;
  /** Whether places are equal steps, or equal factors. */
  readonly scale: "linear" | "log";
}

/** Digits that a value is written with: more would claim a precision that no trial has. */
const digits = 3;

/** The value at a place from 0 to 1, as it is written: three digits, whole for durations and rates. */
export function doseAt({ unit, mildest, harshest, scale }: Dose, place: number): number {
  const raw = scale === "log" ? mildest * (harshest / mildest) ** place : mildest + (harshest - mildest) * place;
  const short = Number(raw.toPrecision(digits));
  return unit === "ms" || unit === "KB/s" ? Math.round(short) : short;
}

/** The place of a value; below 0 or above 1 where it lies outside of what is tried. */
export function placeOf({ mildest, harshest, scale }: Dose, value: number): number {
  if (scale === "log") return Math.log(value / mildest) / Math.log(harshest / mildest);
  return (value - mildest) / (harshest - mildest);
}

/** As an intent writes it: `400ms` or a number. */
export function writtenDose({ unit }: Pick<Dose, "unit">, value: number): string | number {
  return unit === "ms" ? `${value}ms` : value;
}

/** As people read it: `1.5s`, `30 %`, `2.5 times`, `10 KB/s`; a bare number where the unit is not known any more. */
export function doseText({ unit }: { readonly unit?: Dose["unit"] }, value: number): string {
  if (unit === undefined) return String(value);
  if (unit === "ms") return formatDuration(value);
  return unit === "share" ? shareText(value) : `${value} ${unit}`;
}
