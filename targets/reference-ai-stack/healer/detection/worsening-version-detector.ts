// Finds a version whose answers get worse as it ages: what was good when it was rolled out and promoted may not be so
// an hour later, and then no sibling answers beside it any more.
import type { AnswerView, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { servedOnly } from "./served-versions.ts";

const { lambda, first, alpha } = NUMBERS.answers.worsening;
/** An expectation is never certain, or a single surprise would decide. */
const LEAST = 0.005;

interface Ageing {
  readonly answers: number;
  readonly bad: number;
  /** The share of bad ones that is expected of the next answer, by those before it. */
  readonly expected: number;
  /** Log likelihood of all answers, each by what was expected of it. */
  readonly likelihood: number;
}

export interface WorseningState {
  readonly versions: ReadonlyMap<string, Ageing>;
}

/** `answers-worsen`, scope: the service as a whole; `about`: the version. */
export const worseningVersionDetector: Detector<WorseningState> = {
  initial: { versions: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") return { versions: servedOnly(state.versions, observation.replicas) };
    if (observation.kind !== "answers") return state;
    const versions = new Map(state.versions);
    for (const answer of observation.answers) {
      versions.set(answer.version, afterAnswer(versions.get(answer.version) ?? YOUNG, answer));
    }
    return { versions };
  },
  signals: ({ versions }) => [...versions].flatMap(([version, ageing]) => signalOf(version, ageing) ?? []),
  forget: (state, replica) => (replica === null ? { versions: new Map() } : state),
};

const YOUNG: Ageing = { answers: 0, bad: 0, expected: first, likelihood: 0 };

function afterAnswer({ answers, bad, expected, likelihood }: Ageing, { cites, inventsSymbols }: AnswerView): Ageing {
  const isBad = !cites || inventsSymbols;
  // No less than the share so far: one that gets better is no surprise that counts.
  const chance = Math.min(1 - LEAST, Math.max(LEAST, expected, answers === 0 ? 0 : bad / answers));
  return {
    answers: answers + 1,
    bad: bad + (isBad ? 1 : 0),
    expected: (1 - lambda) * expected + (isBad ? lambda : 0),
    likelihood: likelihood + Math.log(isBad ? chance : 1 - chance),
  };
}

/**
 * How much likelier the answers are by what those before each let expect than by the one share that fits all of them
 * best. Of a version that does not change this passes log(1 / α) ever with a probability of α at most, whatever its
 * share of bad answers is (universal inference, Wasserman, Ramdas and Balakrishnan 2020).
 */
function evidenceOf({ answers, bad, likelihood }: Ageing): number {
  const share = bad / answers;
  const best = (bad === 0 ? 0 : bad * Math.log(share)) + (bad === answers ? 0 : (answers - bad) * Math.log(1 - share));
  return likelihood - best;
}

function signalOf(version: string, ageing: Ageing): Signal | null {
  const { answers, bad, expected } = ageing;
  const [evidence, limit] = [evidenceOf(ageing), -Math.log(alpha)];
  if (evidence <= limit || expected <= bad / answers) return null;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const says =
    `of the last answers by ${version} ${percent(expected)} are bad, of all ${answers} since it began ` +
    `${percent(bad / answers)}: evidence ${evidence.toFixed(1)} above ${limit.toFixed(1)}`;
  return { name: "answers-worsen", scope: { service: "inference" }, about: version, strength: evidence / limit, says };
}
