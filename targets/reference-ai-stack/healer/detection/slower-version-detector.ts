// Finds a version that is tried out and answers right, but later than the stable one. Both answer users by turns, at
// the same replicas and at the same time, so that what slows down everybody slows down both.
import type { AnswerView, ReplicaEntry, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bernoulliStep } from "./bernoulli-cusum.ts";
import type { BernoulliRule } from "./bernoulli-cusum.ts";
import type { Detector } from "./detector.ts";

const { share, firstMs, tokenMs, others, p0, p1, falseAlarmsPerComparison } = NUMBERS.answers.slower;
/** As for answers that are wrong: exp(limit) comparisons between two false alarms at least (Lorden 1971). */
const RULE: BernoulliRule = { p0, p1, limit: -Math.log(falseAlarmsPerComparison) };

const TIMES = ["first", "token"] as const;
type Time = (typeof TIMES)[number];
/** Least difference that counts, ms, and what it is called. */
const LEAST: Readonly<Record<Time, number>> = { first: firstMs, token: tokenMs };
const WORDS: Readonly<Record<Time, string>> = { first: "the first byte", token: "each token" };

export interface SlowerState {
  /** What is compared: undefined while no version is being tried out. */
  readonly versions: { readonly stable: string; readonly canary: string } | undefined;
  /** Answers of the stable version with which none was compared yet, the latest ones. */
  readonly usual: readonly AnswerView[];
  readonly comparisons: number;
  readonly slower: Readonly<Record<Time, number>>;
  /** Bernoulli CUSUM, nats. */
  readonly sums: Readonly<Record<Time, number>>;
}

const NONE: SlowerState = {
  versions: undefined,
  usual: [],
  comparisons: 0,
  slower: { first: 0, token: 0 },
  sums: { first: 0, token: 0 },
};

/** `answers-slower`, scope: the service as a whole; `about`: the version that is being tried out. */
export const slowerVersionDetector: Detector<SlowerState> = {
  initial: NONE,
  take(state, observation) {
    if (observation.kind === "roll-call") return afterRollCall(state, observation.replicas);
    if (observation.kind !== "answers") return state;
    return observation.answers.reduce(afterAnswer, state);
  },
  signals: (state) => TIMES.flatMap((time) => signalOf(state, time) ?? []).slice(0, 1),
  // Held against the service as a whole, not against a replica.
  forget: (state, replica) => (replica === null ? { ...NONE, versions: state.versions } : state),
};

function afterRollCall(state: SlowerState, replicas: readonly ReplicaEntry[]): SlowerState {
  const models = replicas.find((one) => one.models !== undefined)?.models;
  if (models === undefined) return state;
  const { stable, canary } = models;
  if (canary === null) return NONE;
  const { versions } = state;
  if (versions?.stable === stable && versions.canary === canary.version) return state;
  return { ...NONE, versions: { stable, canary: canary.version } };
}

/** No answer is compared twice: comparisons that share one would not be independent. */
function afterAnswer(state: SlowerState, answer: AnswerView): SlowerState {
  const { versions, usual } = state;
  if (versions === undefined) return state;
  if (answer.version === versions.stable) return { ...state, usual: [...usual, answer].slice(-others) };
  if (answer.version !== versions.canary || usual.length < others) return state;
  const isLate = (time: Time): boolean => usual.every((one) => isSlower(time, answer, one));
  const next = (of: (time: Time) => number): Record<Time, number> => ({ first: of("first"), token: of("token") });
  return {
    versions,
    usual: [],
    comparisons: state.comparisons + 1,
    slower: next((time) => state.slower[time] + (isLate(time) ? 1 : 0)),
    sums: next((time) => bernoulliStep(state.sums[time], isLate(time) ? 1 : 0, 1, RULE)),
  };
}

function isSlower(time: Time, answer: AnswerView, other: AnswerView): boolean {
  const [own, usual] = [answer, other].map((one) => (time === "first" ? one.firstMs : one.tokenMs));
  return isMuchLater(own ?? 0, usual ?? 0, LEAST[time]);
}

/** Later by half of it, and by that time, ms. */
export function isMuchLater(ownMs: number, otherMs: number, leastMs: number = firstMs): boolean {
  return ownMs - otherMs >= Math.max(leastMs, share * otherMs);
}

function signalOf({ versions, comparisons, slower, sums }: SlowerState, time: Time): Signal | null {
  const sum = sums[time];
  if (versions === undefined || sum <= RULE.limit) return null;
  const says =
    `${WORDS[time]} of ${versions.canary} came clearly later than of ${versions.stable} in ${slower[time]} of ` +
    `${comparisons} comparisons, CUSUM ${sum.toFixed(1)} above ${RULE.limit.toFixed(1)}`;
  const strength = sum / RULE.limit;
  return { name: "answers-slower", scope: { service: "inference" }, about: versions.canary, strength, says };
}
