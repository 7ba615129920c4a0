// What may be learned besides which way heals: numbers of the loop, each with the range that it never leaves. Pure.
import { NUMBERS } from "../numbers.ts";

export interface Parameter {
  /** Without any experience. */
  readonly start: number;
  /** The ends of its range. */
  readonly least: number;
  readonly most: number;
  readonly about: string;
}

const { tries, triesWhenKnown, persistMs, leastPersistMs } = NUMBERS.confirm;

/** Each is learned for a kind of suspicion: its signals and its service, never one replica. */
export const PARAMETERS = {
  "confirm-tries": {
    start: tries,
    least: triesWhenKnown,
    most: tries,
    about: "active checks of the suspect and of each sibling",
  },
  "persist-ms": {
    start: persistMs,
    least: leastPersistMs,
    most: persistMs,
    about: "how long a suspicion stands without a break before that is its second signal, ms",
  },
  "limit-factor": {
    start: 1,
    least: 1,
    most: NUMBERS.learning.mostLimitFactor,
    about: "times the calibrated limit that the statistic must reach before a suspicion is taken up",
  },
} as const satisfies Readonly<Record<string, Parameter>>;

export type ParameterName = keyof typeof PARAMETERS;

/** How often a way healed, and how often it did not; learned for a class of fault and a service. */
export const TALLIES = ["healed", "failed"] as const;
export type TallyName = (typeof TALLIES)[number];

/** The value within the parameter's range, to three digits behind the point. */
export function within(name: ParameterName, value: number): number {
  const { least, most } = PARAMETERS[name];
  return Math.round(1000 * Math.min(most, Math.max(least, value))) / 1000;
}
