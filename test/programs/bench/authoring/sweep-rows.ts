// The figures of sweeps as rows of the bench: each oracle with a hundred seeds.

import { mostTrials, oracleFigures, oracles } from "./oracle-sweep.ts";

/** One figure beside its goal. */
interface FigureRow {
  readonly figure: string;
  readonly says: string;
  readonly kept: boolean;
}

const seeds = 100;
/** The goal: in so many of a hundred sweeps the interval holds the known breaking dose. */
const leastInside = 95;

/** A row for each oracle. */
export async function sweepRows(): Promise<readonly FigureRow[]> {
  const rows: FigureRow[] = [];
  for (const oracle of oracles) {
    const { inside, wrong, closed, width, mostTrials: most } = await oracleFigures(oracle, seeds);
    rows.push({
      figure: `a sweep finds a known breaking dose (${oracle.name})`,
      says:
        `inside its interval in ${inside} of ${seeds} seeds (at least ${leastInside}), ` +
        `says what its trials deny in ${wrong} (none), ` +
        `with ${most} trials at most (at most ${mostTrials}); closed on both sides in ${closed}, ` +
        `median width ${width.toFixed(3)} of the range`,
      kept: inside >= leastInside && wrong === 0 && most <= mostTrials,
    });
  }
  return rows;
}
