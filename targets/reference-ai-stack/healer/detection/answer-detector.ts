// Finds a version of the model whose answers do not cite what they were given, or name symbols that nothing knows. Each
// version is judged by its own answers to users; which of them is to blame is for the paired comparison.
import type { AnswerView, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bernoulliStep } from "./bernoulli-cusum.ts";
import type { BernoulliRule } from "./bernoulli-cusum.ts";
import type { Detector } from "./detector.ts";
import { servedOnly } from "./served-versions.ts";

const KINDS = ["answers-uncited", "symbols-invented"] as const;
type Kind = (typeof KINDS)[number];

interface VersionAnswers {
  readonly answers: number;
  readonly bad: Readonly<Record<Kind, number>>;
  /** Bernoulli CUSUM, nats. */
  readonly sums: Readonly<Record<Kind, number>>;
}

export interface AnswerState {
  readonly versions: ReadonlyMap<string, VersionAnswers>;
}

const { p0, p1, falseAlarmsPerAnswer } = NUMBERS.answers;
/**
 * With the log likelihood ratio as its step a CUSUM runs exp(limit) samples between two false alarms at least (Lorden
 * 1971), so the limit follows from the rate that is to be kept.
 */
const RULE: BernoulliRule = { p0, p1, limit: -Math.log(falseAlarmsPerAnswer) };

/** `answers-uncited` and `symbols-invented`, scope: the service as a whole; `about`: the version. */
export const answerDetector: Detector<AnswerState> = {
  initial: { versions: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") return { versions: servedOnly(state.versions, observation.replicas) };
    if (observation.kind !== "answers") return state;
    const versions = new Map(state.versions);
    for (const answer of observation.answers) {
      versions.set(answer.version, afterAnswer(versions.get(answer.version) ?? UNSEEN, answer));
    }
    return { versions };
  },
  signals: ({ versions }) =>
    KINDS.flatMap((kind) => [...versions].flatMap(([version, seen]) => signalOf(kind, version, seen) ?? [])),
  // Held against the service as a whole, not against a replica.
  forget: (state, replica) => (replica === null ? { versions: new Map() } : state),
};

const UNSEEN: VersionAnswers = {
  answers: 0,
  bad: { "answers-uncited": 0, "symbols-invented": 0 },
  sums: { "answers-uncited": 0, "symbols-invented": 0 },
};

function afterAnswer({ answers, bad, sums }: VersionAnswers, { cites, inventsSymbols }: AnswerView): VersionAnswers {
  const is: Readonly<Record<Kind, boolean>> = { "answers-uncited": !cites, "symbols-invented": inventsSymbols };
  const next = <Value>(of: (kind: Kind) => Value): Record<Kind, Value> => ({
    "answers-uncited": of("answers-uncited"),
    "symbols-invented": of("symbols-invented"),
  });
  return {
    answers: answers + 1,
    bad: next((kind) => bad[kind] + (is[kind] ? 1 : 0)),
    sums: next((kind) => bernoulliStep(sums[kind], is[kind] ? 1 : 0, 1, RULE)),
  };
}

const WORDS: Readonly<Record<Kind, string>> = {
  "answers-uncited": "cite nothing that they were given",
  "symbols-invented": "name symbols that the corpus does not have",
};

function signalOf(name: Kind, version: string, { answers, bad, sums }: VersionAnswers): Signal | null {
  const sum = sums[name];
  if (sum <= RULE.limit) return null;
  const says = `${bad[name]} of ${answers} answers by ${version} ${WORDS[name]}, CUSUM ${sum.toFixed(1)} above ${RULE.limit.toFixed(1)}`;
  return { name, scope: { service: "inference" }, about: version, strength: sum / RULE.limit, says };
}
