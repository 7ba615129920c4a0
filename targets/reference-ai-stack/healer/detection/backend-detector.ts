// Finds a replica whose answers fail or break off while its siblings' are whole, and one that turns requests away. It
// judges how exchanges ended: a health path, a first byte and a latency are good in answers that are cut.
import type { Ending, Signal, UpstreamView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bernoulliStep } from "./bernoulli-cusum.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { LIMITS } from "./limits.ts";
import { newOnes } from "./new-samples.ts";
import { afterLook, AT_REST, weightOf } from "./pace.ts";
import type { Pace } from "./pace.ts";
import { pathInUse } from "./path-detector.ts";
import { burnsTooFast } from "./slo-burn.ts";

interface Seen {
  /** When it was seen, ms on the healer's clock. */
  readonly at: number;
  readonly how: Ending["how"];
}

interface Backend {
  readonly service: string;
  /** The way by which it is asked; undefined: there is one alone. */
  readonly path: string | undefined;
  readonly weight: number;
  readonly lastSeq: number;
  /** Over the long window. */
  readonly seen: readonly Seen[];
  /** Bernoulli CUSUM over what was not throttled, nats. */
  readonly sum: number;
}

export interface BackendState {
  readonly pace: Pace;
  readonly backends: ReadonlyMap<string, Backend>;
}

const BURN = NUMBERS.errors;
const RULE = { ...LIMITS.errors, p1: NUMBERS.errors.p1 };
const { leastEndings, siblingsShare, throttledShare } = NUMBERS.backend;

export const backendDetector: Detector<BackendState> = {
  initial: { pace: AT_REST, backends: new Map() },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    const { at, upstreams } = observation;
    const pace = afterLook(state.pace, at);
    const look = { at, weight: weightOf(pace) };
    // Only those that the gateway still calls.
    const backends = new Map(
      upstreams.map((view) => [view.replica, after(state.backends.get(view.replica), view, look)]),
    );
    return { pace, backends };
  },
  signals: (state) =>
    [...state.backends].flatMap(([replica, backend]) => [
      ...failing(replica, backend, state),
      ...throttled(replica, backend),
    ]),
  forget(state, replica) {
    const known = replica === null ? undefined : state.backends.get(replica);
    if (known === undefined || replica === null) return state;
    return { ...state, backends: withEntry(state.backends, replica, { ...known, seen: [], sum: 0 }) };
  },
};

function after(
  known: Backend | undefined,
  { service, weight, endings = [], ...view }: UpstreamView,
  look: { readonly at: number; readonly weight: number },
): Backend {
  const path = pathInUse(view);
  // What lay there at the first look is older than this watch, by nobody knows how much, and what ended on another way
  // says nothing of the replica: neither is judged.
  if (known === undefined || known.path !== path) {
    return { service, path, weight, lastSeq: newOnes(endings, -1).lastSeq, seen: [], sum: 0 };
  }
  const { fresh, lastSeq } = newOnes(endings, known.lastSeq);
  const judged = fresh.filter(({ how }) => how !== "throttled");
  const bad = judged.filter(isBad).length;
  const seen = [...known.seen, ...fresh.map(({ how }) => ({ at: look.at, how }))];
  return {
    service,
    path,
    weight,
    lastSeq,
    seen: seen.filter((one) => one.at > look.at - BURN.longMs),
    sum: bernoulliStep(known.sum, look.weight * bad, look.weight * judged.length, RULE),
  };
}

function isBad({ how }: Pick<Ending, "how">): boolean {
  return how === "failed" || how === "broken";
}

function failing(replica: string, backend: Backend, { pace, backends }: BackendState): readonly Signal[] {
  const judged = backend.seen.filter(({ how }) => how !== "throttled");
  if (backend.weight === 0 || backend.sum <= RULE.limit || judged.length < leastEndings) return [];
  const outcomes = judged.map((one) => ({ at: one.at, ok: !isBad(one) }));
  if (!burnsTooFast(outcomes, pace.at, BURN)) return [];
  const siblings = [...backends].filter(
    ([other, { service, weight }]) => other !== replica && service === backend.service && weight > 0,
  );
  const theirs = siblings.flatMap(([, { seen }]) => seen.filter(({ how }) => how !== "throttled"));
  const theirBad = theirs.filter(isBad).length;
  if (theirs.length < leastEndings || theirBad > siblingsShare * theirs.length) return [];
  const broken = judged.filter(({ how }) => how === "broken").length;
  const says =
    `${judged.filter(isBad).length} of its last ${judged.length} answers failed, ${broken} of them after they had begun; ` +
    `${theirBad} of ${theirs.length} at its siblings`;
  return [{ name: "fails-unlike-siblings", scope: { service: backend.service, replica }, says }];
}

function throttled(replica: string, { service, seen }: Backend): readonly Signal[] {
  const turned = seen.filter(({ how }) => how === "throttled").length;
  if (turned < leastEndings || turned < throttledShare * seen.length) return [];
  const says = `${turned} of its last ${seen.length} requests were turned away as too many`;
  return [{ name: "turns-away", scope: { service, replica }, says }];
}
