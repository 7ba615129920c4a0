// What losses and turns of a link have shown, beside what is asked. Pure.

import { shown, summarise } from "../healer/figures.ts";

/** Path lost → gateway by the other one, at the median. */
const REROUTED_MS = 2000;
/** First guess → turned away, at the median. */
const BLOCKED_MS = 3000;

export interface Row {
  readonly what: string;
  readonly reached: string;
  readonly goal: string;
  /** `median only`: kept, but the interval of the median reaches beyond it, or there are too few rounds for one. */
  readonly state: "kept" | "median only" | "missed";
}

/** Ms from each loss to the other path; undefined: not rerouted in time. */
export function lossRow(times: readonly (number | undefined)[]): Row {
  const { n, seen, medianMs, lowMs, highMs } = summarise(times);
  const state = seen < n || !(medianMs <= REROUTED_MS) ? "missed" : highMs <= REROUTED_MS ? "kept" : "median only";
  return {
    what: "path loss → rerouted",
    reached: `median ${shown(medianMs)} (95 % interval ${shown(lowMs)} to ${shown(highMs)}), ${seen} of n = ${n} rerouted`,
    goal: `median ≤ ${shown(REROUTED_MS)}`,
    state,
  };
}

/** How often the path was changed over so many turns of the link: the first is the reroute, each other a flap. */
export function flapRow(changes: number, turns: number, minutes: number): Row {
  const flaps = Math.max(0, changes - 1);
  return {
    what: `flaps in ${minutes} min of a flapping link`,
    reached: `${flaps} in ${turns} turns of one run${changes === 0 ? "; it was never rerouted" : ""}`,
    goal: "0, after one reroute",
    state: changes === 1 ? "kept" : "missed",
  };
}

/** Ms from the first guess of each attack to the first that was turned away; undefined: not in time. */
export function blockRow(times: readonly (number | undefined)[]): Row {
  const { n, seen, medianMs, lowMs, highMs } = summarise(times);
  const state = seen < n || !(medianMs <= BLOCKED_MS) ? "missed" : highMs <= BLOCKED_MS ? "kept" : "median only";
  return {
    what: "brute force → turned away",
    reached: `median ${shown(medianMs)} (95 % interval ${shown(lowMs)} to ${shown(highMs)}), ${seen} of n = ${n} turned away`,
    goal: `median ≤ ${shown(BLOCKED_MS)}`,
    state,
  };
}

/** Honest log-ins from the addresses beside those that guess. One without an answer is not counted as answered. */
export function honestRow({ sent, refused, lost }: { sent: number; refused: number; lost: number }): Row {
  return {
    what: "honest log-ins refused meanwhile",
    reached: `${refused} of ${sent}${lost === 0 ? "" : `; ${lost} had no answer`}`,
    goal: "0",
    state: refused === 0 && lost === 0 && sent > 0 ? "kept" : "missed",
  };
}
