// Second opinions on answers as users get them, whichever version gives them: does the same question get another answer
// than before, and is one group of users served later than the others?
import type { AnswerView, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bernoulliStep } from "./bernoulli-cusum.ts";
import type { BernoulliRule } from "./bernoulli-cusum.ts";
import type { Detector } from "./detector.ts";
import { isMuchLater } from "./slower-version-detector.ts";

const { p0, p1, falseAlarmsPerAnswer, slower, keptQuestions } = NUMBERS.answers;
/** exp(limit) samples between two false alarms at least (Lorden 1971). */
const VARIES: BernoulliRule = { p0, p1, limit: -Math.log(falseAlarmsPerAnswer) };
const LATE: BernoulliRule = { p0: slower.p0, p1: slower.p1, limit: -Math.log(slower.falseAlarmsPerComparison) };

interface Group {
  /** Answers of other groups with which none of its own was compared yet, the latest ones. */
  readonly others: readonly AnswerView[];
  readonly sum: number;
}

export interface VariabilityState {
  /** What was said last to each question, by version; the oldest first. */
  readonly said: ReadonlyMap<string, string>;
  readonly repeated: number;
  readonly changed: number;
  /** Bernoulli CUSUM of the changed ones, nats. */
  readonly sum: number;
  readonly groups: ReadonlyMap<number, Group>;
}

const NONE: VariabilityState = { said: new Map(), repeated: 0, changed: 0, sum: 0, groups: new Map() };

/** `answers-vary` and `users-differ`, scope: the service as a whole. */
export const variabilityDetector: Detector<VariabilityState> = {
  initial: NONE,
  take: (state, observation) =>
    observation.kind === "answers" ? observation.answers.reduce(afterAnswer, state) : state,
  signals: (state) => [varies(state), differ(state)].filter((signal) => signal !== null),
  forget: (state, replica) => (replica === null ? NONE : state),
};

function afterAnswer(state: VariabilityState, answer: AnswerView): VariabilityState {
  return { ...afterQuestion(state, answer), groups: afterGroup(state.groups, answer) };
}

function afterQuestion(state: VariabilityState, { version, asked, said: now }: AnswerView): VariabilityState {
  const key = `${version} ${asked}`;
  const before = state.said.get(key);
  const said = new Map(state.said);
  said.delete(key);
  said.set(key, now);
  const [oldest] = said.keys();
  if (said.size > keptQuestions && oldest !== undefined) said.delete(oldest);
  if (before === undefined) return { ...state, said };
  const isChanged = before !== now;
  return {
    ...state,
    said,
    repeated: state.repeated + 1,
    changed: state.changed + (isChanged ? 1 : 0),
    sum: bernoulliStep(state.sum, isChanged ? 1 : 0, 1, VARIES),
  };
}

/** Each group is compared with answers of the others that it was not compared with before. */
function afterGroup(groups: ReadonlyMap<number, Group>, answer: AnswerView): ReadonlyMap<number, Group> {
  const next = new Map<number, Group>();
  const known = groups.has(answer.cluster) ? groups : new Map([...groups, [answer.cluster, { others: [], sum: 0 }]]);
  for (const [cluster, group] of known) {
    if (cluster !== answer.cluster) {
      next.set(cluster, { ...group, others: [...group.others, answer].slice(-slower.others) });
    } else if (group.others.length < slower.others) next.set(cluster, group);
    else {
      const isLate = group.others.every((other) => isMuchLater(answer.firstMs, other.firstMs));
      next.set(cluster, { others: [], sum: bernoulliStep(group.sum, isLate ? 1 : 0, 1, LATE) });
    }
  }
  return next;
}

function varies({ sum, changed, repeated }: VariabilityState): Signal | null {
  if (sum <= VARIES.limit) return null;
  const says = `${changed} of ${repeated} questions that were asked again got another answer than before`;
  return { name: "answers-vary", scope: { service: "inference" }, strength: sum / VARIES.limit, says };
}

/** What all groups see is no difference between them. */
function differ({ groups }: VariabilityState): Signal | null {
  const late = [...groups.values()].filter(({ sum }) => sum > LATE.limit + Math.log(groups.size));
  if (late.length === 0 || 2 * late.length > groups.size) return null;
  const says = `${late.length} of ${groups.size} groups of users get their first byte clearly later than the others`;
  const strength = Math.max(...late.map(({ sum }) => sum)) / LATE.limit;
  return { name: "users-differ", scope: { service: "inference" }, strength, says };
}
