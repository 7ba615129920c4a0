// How the breaking dose of an intent went from sweep to sweep: whether recovery breaks at a milder dose than before.

import type { SweepRow } from "../records/sweep.ts";

/** The sweeps of one fault of one intent on one target under the same settings, oldest first. */
export interface DoseTrend {
  readonly rows: readonly SweepRow[];
  /** Against the newest one. */
  readonly says: string;
  /** The newest breaks for sure at a milder dose than the one before it. */
  readonly isMilder: boolean;
}

/** A trend for each series, in the order of their first sweeps; `intent`: of this one alone. */
export function doseTrends(rows: readonly SweepRow[], intent?: string): readonly DoseTrend[] {
  const series = new Map<string, SweepRow[]>();
  for (const row of rows) {
    if (intent !== undefined && row.intent !== intent) continue;
    const { target, settings, intent: id, fault, param } = row;
    const key = JSON.stringify([target, settings ?? {}, id, fault, param]);
    series.set(key, [...(series.get(key) ?? []), row]);
  }
  return [...series.values()].map(trendOf);
}

function trendOf(rows: readonly SweepRow[]): DoseTrend {
  const newest = rows.at(-1);
  const before = rows.slice(0, -1).filter(({ breaks }) => breaks.kind !== "unsure");
  if (newest === undefined || newest.breaks.kind === "unsure" || before.length === 0) {
    return { rows, says: "nothing to compare it with", isMilder: false };
  }
  const milder = before.filter((row) => isBelow(newest, row)).length;
  const harsher = before.filter((row) => isBelow(row, newest)).length;
  const alike = before.length - milder - harsher;
  const last = before.at(-1);
  return {
    rows,
    says: `the newest breaks at a milder dose than ${milder} of ${before.length} before, at a harsher than ${harsher}, not to be told from ${alike}`,
    isMilder: last !== undefined && isBelow(newest, last),
  };
}

/** All of the interval of one lies on the milder side of all of the other's. */
function isBelow(one: SweepRow, other: SweepRow): boolean {
  const sign = one.harshest < one.mildest ? -1 : 1;
  const [hi, lo] = [one.breaks.hi, other.breaks.lo];
  return hi !== undefined && lo !== undefined && sign * hi < sign * lo;
}
