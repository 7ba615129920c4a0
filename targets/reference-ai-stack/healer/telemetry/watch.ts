// First stage. Starts every look when it is due and hands on what has arrived; a look that hangs never holds up the
// others.
import type { Clock, Eyes, Observation, ReplicaEntry } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { createDeepLooks } from "./deep-looks.ts";
import { createGatewayLooks } from "./gateway-looks.ts";
import { createIndexLooks } from "./index-looks.ts";
import { createSlowLooks } from "./slow-looks.ts";
import type { SlowLook } from "./slow-looks.ts";
import type { TelemetrySource } from "./metrics/telemetry-source.ts";

export interface Telemetry {
  /** Starts what is due and returns what arrived since the last call, in order of arrival. */
  look(): readonly Observation[];
  /** The last roll-call, without the healer itself. */
  replicas(): readonly ReplicaEntry[];
  /** Resolves with the first roll-call: who has seen nobody must not decide. */
  readonly seen: Promise<void>;
}

/**
 * Watches the stack through `eyes`, and what its servers say of themselves through `source`. `self` is the healer's own
 * replica id: it does not judge itself.
 */
export function watchStack(eyes: Eyes, source: TelemetrySource, clock: Clock, self: string): Telemetry {
  let arrived: Observation[] = [];
  let replicas: readonly ReplicaEntry[] = [];
  let open = (): void => undefined;
  const firstSeen = new Promise<void>((resolve) => (open = resolve));
  const [underWay, nextAt] = [new Set<string>(), new Map<string, number>()];

  const put = (observation: Observation): void => void arrived.push(observation);
  const due = (name: string, everyMs: number, look: () => Promise<void>): void => {
    const now = clock.now();
    // What is dear and not urgent leaves a stack that starts alone.
    if (everyMs >= NUMBERS.look.unhurriedMs && !nextAt.has(name)) nextAt.set(name, now + everyMs);
    // A turn that comes a little early must not put the look off by a whole turn.
    if (underWay.has(name) || now < (nextAt.get(name) ?? 0) - NUMBERS.tickMs / 2) return;
    nextAt.set(name, now + everyMs);
    underWay.add(name);
    void look().finally(() => underWay.delete(name));
  };

  const rollCall = async (): Promise<void> => {
    const seen = await eyes.rollCall();
    if (seen === null) return;
    replicas = seen.filter((entry) => entry.replica !== self);
    put({ kind: "roll-call", at: clock.now(), replicas });
    // Who has just lost its process is looked at again at the next turn.
    if (replicas.some(({ pid }) => pid === null)) nextAt.set("roll-call", clock.now());
    open();
  };
  const gateway = createGatewayLooks(eyes, clock, put);
  const moreLooks = [...ownLooks(eyes, clock, put), createMetricLooks(source, clock, put)];
  const lookAt = (entry: ReplicaEntry): void => {
    const { service, replica, port, pid } = entry;
    const scope = { service, replica };
    due(`pulse ${replica}`, NUMBERS.look.pulseMs, async () => {
      // Whoever has no process may have answered just before.
      const pulse = await eyes.pulse(port, pid !== null);
      put({ kind: "pulse", scope, pulse, at: clock.now() });
      // Nobody is to be silent for longer than that before he is asked.
      if (pulse.agoMs !== undefined) nextAt.set(`pulse ${replica}`, clock.now() + NUMBERS.look.pulseMs - pulse.agoMs);
    });
    const looks = moreLooks.flatMap((looksAt) => looksAt(entry));
    for (const { name, everyMs, look } of looks) due(`${name} ${replica}`, everyMs, look);
  };

  return {
    look() {
      due("roll-call", NUMBERS.look.rollCallMs, rollCall);
      due("traffic", NUMBERS.look.trafficMs, gateway.traffic);
      due("sources", NUMBERS.look.sourcesMs, gateway.sources);
      due("answers", NUMBERS.look.answersMs, gateway.answers);
      for (const entry of replicas) lookAt(entry);
      const handed = arrived;
      arrived = [];
      return handed;
    },
    replicas: () => replicas,
    seen: firstSeen,
  };
}

/** Looks at one replica that are no pulse, through the healer's own eyes. */
function ownLooks(...eyes: Parameters<typeof createSlowLooks>): readonly ReturnType<typeof createSlowLooks>[] {
  return [createSlowLooks(...eyes), createDeepLooks(...eyes), createIndexLooks(...eyes)];
}

/** Looks at one replica's metrics; the first time, at what the source kept of them as well. */
function createMetricLooks(
  source: TelemetrySource,
  clock: Clock,
  put: (observation: Observation) => void,
): (entry: ReplicaEntry) => readonly SlowLook[] {
  const recalled = new Set<string>();
  const look = async (entry: ReplicaEntry): Promise<void> => {
    const { service, replica } = entry;
    const scope = { service, replica };
    if (!recalled.has(replica)) {
      recalled.add(replica);
      const past = await source.recall(entry, NUMBERS.metrics.recallMs);
      for (const look of past) put({ kind: "metrics", scope, look, at: clock.now(), past: true });
    }
    put({ kind: "metrics", scope, look: await source.look(entry), at: clock.now() });
  };
  return (entry) =>
    source.reads(entry.service) ? [{ name: "metrics", everyMs: source.everyMs, look: () => look(entry) }] : [];
}
