// Send times of a rate that rises and falls by straight lines (ramping-arrival-rate): the k-th is where so many
// iterations have become due.

import type { Ms } from "../../../core/units.ts";
import type { Schedule } from "../../schedule.ts";
import type { Stage } from "../script/scenarios.ts";

/** A piece of time in which the rate is a straight line; per ms. */
interface Piece {
  readonly from: Ms;
  readonly to: Ms;
  readonly rate: number;
  readonly slope: number;
}

/**
 * Increasing send times from `startMs` on, endless with the last stage's rate; after stages that end at 0 there are
 * none (Infinity). `first`: the share of a gap before the first, 0 to 1.
 */
export function makeRamp(startRate: number, stages: readonly Stage[], startMs: Ms, first: number): Schedule {
  const pieces = piecesOf(startRate, stages, startMs);
  const changes: { readonly from: Ms; readonly times: number }[] = [];
  let [last, distance] = [startMs, first];
  let next: Ms | undefined;

  /** Walks on until `distance` iterations have become due. */
  function walk(): Ms {
    let [at, left] = [last, distance];
    for (const { from, to, rate, slope } of pieces) {
      for (const end of [...changes.map((change) => change.from).filter((each) => each > from && each < to), to]) {
        if (end <= at) continue;
        const times = changes.findLast((change) => change.from <= at)?.times ?? 1;
        const [now, rise] = [(rate + slope * (at - from)) * times, slope * times];
        const width = end - at;
        const due = end === Infinity ? (now > 0 ? Infinity : 0) : now * width + (rise * width * width) / 2;
        if (due >= left) return at + timeFor(left, now, rise);
        left -= due;
        at = end;
      }
    }
    return Infinity;
  }

  const peek = (): Ms => (next ??= walk());
  return {
    peek,
    take() {
      last = peek();
      [next, distance] = [undefined, 1];
      return last;
    },
    changeRate(times, from) {
      changes.push({ from, times });
      changes.sort((a, b) => a.from - b.from);
      next = undefined;
    },
  };
}

/** The time in which so many become due at a rate that rises so (the root of rate·t + rise·t²/2 = distance). */
function timeFor(distance: number, rate: number, rise: number): Ms {
  if (distance === 0) return 0;
  return (2 * distance) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * rise * distance)));
}

function piecesOf(startRate: number, stages: readonly Stage[], startMs: Ms): readonly Piece[] {
  const pieces: Piece[] = [];
  let [rate, from] = [startRate / 1_000, startMs];
  for (const { durationMs, target } of stages) {
    const [to, aim] = [from + durationMs, target / 1_000];
    if (durationMs > 0) pieces.push({ from, to, rate, slope: (aim - rate) / durationMs });
    [rate, from] = [aim, to];
  }
  return [...pieces, { from, to: Infinity, rate, slope: 0 }];
}
