// What the page carries for every figure and verdict: the words and, beside them, where in run.json they come from.

import type { TrialOutcome } from "../records/results/outcome.ts";
import { outcomeSign } from "./words.ts";

/** A figure as shown, the path in run.json it comes from, and the raw value there as JSON. */
export interface Figure {
  readonly text: string;
  readonly path: string;
  readonly value: string;
}

/** A verdict as sign and word. */
export interface Badge {
  readonly outcome: TrialOutcome;
  readonly sign: string;
}

/** A figure of run.json: the value's path, the value itself (null when there is none), and its words. */
export function figure(path: string, value: unknown, text: string): Figure {
  return { text, path, value: JSON.stringify(value ?? null) };
}

/** The sign and word of an outcome. */
export function badge(outcome: TrialOutcome): Badge {
  return { outcome, sign: outcomeSign[outcome] };
}
