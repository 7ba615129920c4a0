// Seventh stage, the rules: what a closed incident, or a suspicion that went away by itself, changes. Pure. Whoever
// calls them keeps the changes within the parameters' ranges and writes them down.
import { NUMBERS } from "../numbers.ts";
import type { ParameterName, TallyName } from "./parameters.ts";

/** An incident that was closed on evidence that a remedy of the healer's had healed it. */
export interface Lesson {
  readonly incident: string;
  /** Class of fault and service. */
  readonly fault: string;
  /** Each attempt in its order: pathway and way, and whether it was verified. */
  readonly attempts: readonly { readonly way: string; readonly healed: boolean }[];
  /** The suspicion that it began with, and what confirmed it; absent where the signals were their own proof. */
  readonly suspicion?: { readonly kind: string; readonly by: "checks" | "standing" };
}

/** A change that a rule wants. */
export interface Proposal {
  readonly parameter: ParameterName | TallyName;
  /** The kind of suspicion, or class, service and way. */
  readonly of: string;
  readonly to: number;
  readonly rule: RuleName;
  readonly why: string;
}

/** Each rule in one sentence, for whoever asks why. */
export const RULES = {
  "remedy-tried": "What a way came to in a closed incident is counted, for its class of fault and service.",
  "confirmed-by-checks": "Checks confirmed it and the incident was healed: fewer checks confirm the next of its kind.",
  "confirmed-by-standing":
    "Checks could not see it, its standing confirmed it, and the incident was healed: half the standing will do.",
  "noise-was-real": "An incident of this kind was healed: its raised limit goes down by a step.",
  "went-away-by-itself":
    "Three suspicions in a row were refuted and went away by themselves: the limit of their kind is raised by a step.",
  "stood-for-nothing":
    "A suspicion was refuted and went away by itself: it has to stand twice as long again, up to where it began.",
} as const;

export type RuleName = keyof typeof RULES;

/** The present value of a parameter or tally. */
export type ValueOf = (parameter: ParameterName | TallyName, of: string) => number;

/** How a way is named within a class of fault and service. */
function wayKey(fault: string, way: string): string {
  return `${fault} ${way}`;
}

export function afterClosed(lesson: Lesson, value: ValueOf): readonly Proposal[] {
  const counts = new Map<string, number>();
  const tallies = lesson.attempts.map(({ way, healed }): Proposal => {
    const parameter = healed ? "healed" : "failed";
    const of = wayKey(lesson.fault, way);
    const to = (counts.get(`${parameter} ${of}`) ?? value(parameter, of)) + 1;
    counts.set(`${parameter} ${of}`, to);
    return { parameter, of, to, rule: "remedy-tried", why: `${way} ${healed ? "healed it" : "did not heal it"}` };
  });
  return [...tallies, ...(lesson.suspicion === undefined ? [] : afterConfirmed(lesson.suspicion, value))];
}

function afterConfirmed({ kind, by }: NonNullable<Lesson["suspicion"]>, value: ValueOf): readonly Proposal[] {
  const { limitStep } = NUMBERS.learning;
  const proposals: Proposal[] = [];
  if (by === "checks") {
    const to = NUMBERS.confirm.triesWhenKnown;
    const why = "active checks saw what the statistics had said";
    proposals.push({ parameter: "confirm-tries", of: kind, to, rule: "confirmed-by-checks", why });
  } else {
    const to = value("persist-ms", kind) / 2;
    const why = "active checks did not see what users felt";
    proposals.push({ parameter: "persist-ms", of: kind, to, rule: "confirmed-by-standing", why });
  }
  const factor = value("limit-factor", kind);
  if (factor > 1) {
    const why = "what was taken for noise was a fault this time";
    proposals.push({ parameter: "limit-factor", of: kind, to: factor / limitStep, rule: "noise-was-real", why });
  }
  return proposals;
}

/** `inARow`: how many of this kind went away by themselves since the last one that was right, this one included. */
export function afterNoise(kind: string, inARow: number, value: ValueOf): readonly Proposal[] {
  const { limitStep, noiseInARow } = NUMBERS.learning;
  const standing: Proposal = {
    parameter: "persist-ms",
    of: kind,
    to: value("persist-ms", kind) * 2,
    rule: "stood-for-nothing",
    why: "it was refuted and went away by itself",
  };
  if (inARow === 0 || inARow % noiseInARow !== 0) return [standing];
  const to = value("limit-factor", kind) * limitStep;
  const why = `${inARow} in a row were refuted and went away by themselves`;
  return [standing, { parameter: "limit-factor", of: kind, to, rule: "went-away-by-itself", why }];
}
