// Finds sources that guess passwords or keys at the gateway's door, by its own count of log-ins: many different wrong
// ones within seconds, and hardly one that was right. Who mistypes does so a few times, a program with an old password
// sends the same one again, and behind an address that many share most log-ins are right.
import type { Signal } from "../nouns.ts";
import type { SourceView } from "../telemetry/read-sources.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";

const RULE = NUMBERS.sources;
const SERVICE = "gateway";

export interface SourceState {
  /** Those that guess and are let in, the worst first. */
  readonly guessing: readonly SourceView[];
}

/** `log-ins-guessed`, of the gateway as a whole: a source is no part of the stack. */
export const sourceDetector: Detector<SourceState> = {
  initial: { guessing: [] },
  take: (state, observation) =>
    observation.kind === "sources" ? { guessing: guessingOf(observation.sources) } : state,
  signals: ({ guessing }) => (guessing.length === 0 ? [] : [signalOf(guessing)]),
  // What the next look shows stands again.
  forget: (state, replica) => (replica === null ? sourceDetector.initial : state),
};

/** Those that guess and are not turned away yet, the worst first. Pure. */
export function guessingOf(sources: readonly SourceView[]): readonly SourceView[] {
  const isGuessing = ({ blockedMs, guesses, refused, tried }: SourceView): boolean =>
    blockedMs === 0 && guesses >= RULE.guesses && refused >= RULE.refusedShare * tried;
  return sources.filter(isGuessing).toSorted((one, other) => other.guesses - one.guesses);
}

function signalOf(guessing: readonly SourceView[]): Signal {
  const [worst] = guessing;
  const others = guessing.length > 1 ? `, and ${guessing.length - 1} more like it` : "";
  const says =
    `from ${worst?.source} came ${worst?.guesses} different wrong log-ins within ${RULE.windowMs / 1000} s, ` +
    `right ones of ${(worst?.tried ?? 0) - (worst?.refused ?? 0)} accounts${others}`;
  return { name: "log-ins-guessed", scope: { service: SERVICE }, says };
}
