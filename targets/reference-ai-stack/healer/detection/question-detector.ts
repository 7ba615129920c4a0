// Do users ask for something else than before? Two tests of two samples along the main directions of the questions'
// vectors. A second opinion: new questions are no fault, and explain why answers got worse.
import type { QuestionsView, ReplicaScope, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { psiTest } from "./drift/psi.ts";
import { driftOfVectors, mainDirections } from "./drift/two-sample.ts";

interface Questions {
  readonly scope: ReplicaScope;
  /** What is usual, the oldest first; complete at its full length. */
  readonly reference: readonly Float32Array[];
  /** Questions that the embedder had counted at the last look that was taken in, and at the last test. */
  readonly count: number;
  readonly testedAt: number;
  readonly says: string | null;
}

export interface QuestionState {
  readonly replicas: ReadonlyMap<string, Questions>;
}

const RULE = NUMBERS.questions;

/** `questions-drift` per embedder. */
export const questionDetector: Detector<QuestionState> = {
  initial: { replicas: new Map() },
  take(state, observation) {
    if (observation.kind !== "questions") return state;
    const { scope, view } = observation;
    const known = state.replicas.get(scope.replica);
    // A count that fell back began anew with the embedder; what is usual is that of its users, and stays.
    const before =
      known === undefined ? beginOf(scope) : view.count < known.count ? { ...known, count: 0, testedAt: 0 } : known;
    return { replicas: withEntry(state.replicas, scope.replica, afterLook(before, view)) };
  },
  signals: ({ replicas }) =>
    [...replicas.values()].flatMap(({ scope, says }): readonly Signal[] =>
      says === null ? [] : [{ name: "questions-drift", scope, says }],
    ),
  forget: (state) => state,
};

function beginOf(scope: ReplicaScope): Questions {
  return { scope, reference: [], count: 0, testedAt: 0, says: null };
}

function afterLook(known: Questions, { count, sketches }: QuestionsView): Questions {
  const missing = RULE.reference - known.reference.length;
  if (missing > 0) {
    const fresh = sketches.slice(-Math.min(sketches.length, count - known.count)).slice(0, missing);
    return {
      ...known,
      count,
      testedAt: count,
      reference: count === known.count ? known.reference : [...known.reference, ...fresh],
    };
  }
  // Each test has questions that no test before had.
  if (count - known.testedAt < RULE.present || sketches.length < RULE.present) return { ...known, count };
  return { ...known, count, testedAt: count, says: driftIn(known.reference, sketches.slice(-RULE.present)) };
}

/** In words, when both tests find that the questions lie elsewhere. */
function driftIn(reference: readonly Float32Array[], present: readonly Float32Array[]): string | null {
  const { distance, p } = driftOfVectors(reference, present);
  const [main] = mainDirections(reference, 1).directions;
  if (main === undefined || p >= RULE.level) return null;
  const along = (vector: Float32Array): number => main.reduce((sum, weight, i) => sum + weight * (vector[i] ?? 0), 0);
  const psi = psiTest(reference.map(along), present.map(along), RULE.bins);
  if (psi.p >= RULE.level) return null;
  return (
    `the last ${present.length} questions lie elsewhere than the first ${reference.length}: Kolmogorov–Smirnov ` +
    `${distance.toFixed(2)} (p ${p.toExponential(0)}), PSI ${psi.psi.toFixed(2)} (p ${psi.p.toExponential(0)})`
  );
}
