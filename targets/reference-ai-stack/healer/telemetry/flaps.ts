// Which replicas come and go: state changes over the last checks, as Nagios counts them. Pure.
import type { Observation } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Telemetry } from "./watch.ts";

/** Replica → whether its last checks were good, the oldest first. */
type Checks = ReadonlyMap<string, readonly boolean[]>;

interface FlapWatch {
  take(observations: readonly Observation[]): void;
  /** Replicas that change their state too often, each with the number of changes over its last checks. */
  flapping(): ReadonlyMap<string, number>;
}

/** Counts what is handed in from now on. */
export function createFlapWatch(): FlapWatch {
  let checks: Checks = new Map();
  return {
    take: (observations) => void (checks = observations.reduce(afterCheck, checks)),
    flapping() {
      const { checks: seen, changes: limit } = NUMBERS.guards.flap;
      const counted = [...checks].map(([replica, states]) => [replica, changesIn(states.slice(-seen))] as const);
      return new Map(counted.filter(([, changes]) => changes >= limit));
    },
  };
}

/** Telemetry that counts what goes through it. */
export interface FlapTelemetry extends Telemetry {
  /** Replicas that change their state too often, each with the number of changes over its last checks. */
  flapping(): ReadonlyMap<string, number>;
}

export function withFlaps(telemetry: Telemetry): FlapTelemetry {
  const flaps = createFlapWatch();
  return {
    ...telemetry,
    look() {
      const seen = telemetry.look();
      flaps.take(seen);
      return seen;
    },
    flapping: () => flaps.flapping(),
  };
}

/** Only whether it answers counts: statistics come and go at their limit by themselves. */
function afterCheck(before: Checks, observation: Observation): Checks {
  if (observation.kind !== "pulse") return before;
  const { replica } = observation.scope;
  const states = [...(before.get(replica) ?? []), observation.pulse.state === "good"];
  return new Map(before).set(replica, states.slice(-NUMBERS.guards.flap.checks));
}

function changesIn(states: readonly boolean[]): number {
  return states.filter((state, n) => n > 0 && state !== states[n - 1]).length;
}
