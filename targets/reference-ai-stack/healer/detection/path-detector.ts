// Finds a way between the gateway and a service that is lost or slow while another leads to every replica, by the
// gateway's tries of both. What is slow by both is the service, what fails at one replica alone is that, and while one
// cannot be reached at all nothing is said of ways.
import type { Signal, UpstreamView, WayView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { afterLook, AT_REST, timesWhenLate } from "./pace.ts";
import type { Pace } from "./pace.ts";

const RULE = NUMBERS.path;

interface ServicePath {
  readonly signals: readonly Signal[];
  /** Since when the way in use was late in every look, ms; null: it was not in the last. */
  readonly lateSince: number | null;
}

export interface PathState {
  readonly pace: Pace;
  readonly services: ReadonlyMap<string, ServicePath>;
}

/** One replica by the way in use, and by the other. */
interface Pair {
  readonly replica: string;
  readonly used: WayView;
  readonly other: WayView;
}

/** `path-lost` and `path-slow`, each of a service as a whole. */
export const pathDetector: Detector<PathState> = {
  initial: { pace: AT_REST, services: new Map() },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    const { at, upstreams } = observation;
    const pace = afterLook(state.pace, at);
    const names = [...new Set(upstreams.map(({ service }) => service))];
    const services = names.map((service) => {
      const before = state.services.get(service);
      // Once it was said, the other way may be missed for a moment: what is lost stays lost until a try comes through.
      if (before !== undefined && wasLost(before) && isStillLost(upstreams, service)) return [service, before] as const;
      return [service, judged(service, reachedPairs(upstreams, service), before, pace)] as const;
    });
    return { pace, services: new Map(services) };
  },
  signals: ({ services }) => [...services.values()].flatMap(({ signals }) => signals),
  // What the next look shows stands again.
  forget: (state, replica) => (replica === null ? { ...state, services: new Map() } : state),
};

/** The way in use; undefined: there is one alone. */
export function pathInUse({ paths }: Pick<UpstreamView, "paths">): string | undefined {
  return paths?.find(({ inUse }) => inUse)?.path;
}

/** Every replica of a service by both ways; empty where the other way does not lead to one of them. */
export function reachedPairs(views: readonly UpstreamView[], service: string): readonly Pair[] {
  const own = views.filter((view) => view.service === service);
  const pairs = own.flatMap(({ replica, paths = [] }) => {
    const used = paths.find(({ inUse }) => inUse);
    const other = paths.find((way) => !way.inUse && leads(way));
    return used === undefined || other === undefined ? [] : [{ replica, used, other }];
  });
  return pairs.length === own.length ? pairs : [];
}

function wasLost({ signals }: ServicePath): boolean {
  return signals.some(({ name }) => name === "path-lost");
}

/** Until a try comes through, or the other way is missed as often: then it is no matter of ways. */
function isStillLost(views: readonly UpstreamView[], service: string): boolean {
  const own = views.filter((view) => view.service === service);
  return own.every(
    ({ paths = [] }) =>
      paths.some(({ inUse, misses }) => inUse && misses >= RULE.misses) &&
      paths.some(({ inUse, misses }) => !inUse && misses < RULE.misses),
  );
}

function leads({ misses, ms, wholeMs }: WayView): boolean {
  return misses === 0 && ms !== null && ms <= RULE.leadsWithinMs && wholeMs >= RULE.wholeForMs;
}

function judged(service: string, pairs: readonly Pair[], before: ServicePath | undefined, pace: Pace): ServicePath {
  const { at } = pace;
  const [first] = pairs;
  if (first === undefined) return { signals: [], lateSince: null };
  const { used, other } = first;
  const to = pairs.map(({ replica }) => replica).join(" and ");
  const misses = Math.min(...pairs.map((pair) => pair.used.misses));
  if (misses >= RULE.misses * timesWhenLate(pace, at)) {
    const says = `${misses} tries in a row by the ${used.path} way to ${to} had no answer, by the ${other.path} way each has`;
    return { signals: [{ name: "path-lost", scope: { service }, says }], lateSince: null };
  }
  if (!pairs.every(isLate)) return { signals: [], lateSince: null };
  const lateSince = before?.lateSince ?? at;
  if (at - lateSince < RULE.slowForMs) return { signals: [], lateSince };
  const says = `by the ${used.path} way ${to} answer in ${ms(used)}, by the ${other.path} way in ${ms(other)}`;
  return { signals: [{ name: "path-slow", scope: { service }, says }], lateSince };
}

function isLate({ used, other }: Pair): boolean {
  return used.ms !== null && other.ms !== null && used.ms >= other.ms + RULE.slowerMs;
}

function ms(way: WayView): string {
  return `${(way.ms ?? 0).toFixed(0)} ms`;
}
