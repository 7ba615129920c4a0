// What is wrong with documents on their way in: the batch at the head of the queue fails each time, records have
// another form, a batch that was published is suspect, a source is held by nobody that lives, the disk takes nothing
// more, or the queue waits though whoever it waited for is well again.
import type { Observation, ReplicaScope, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { IngestionLook } from "../telemetry/read-ingestion.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";

interface Seen {
  readonly scope: ReplicaScope;
  readonly view: IngestionLook;
  /** Absent: it is not behind. */
  readonly late?: Late;
  /** Since when it has said without a break that somebody behind does not answer; absent: it does not say so. */
  readonly waitsSince?: number;
  /** Since when its disk has refused what lies there, without a break; absent: it does not. */
  readonly refusedSince?: number;
}

/** The queue is behind, and works. */
interface Late {
  /** What was at its head when that was first seen. */
  readonly seq: number;
  /** When something else was, at the first look that shows it; absent: it is the same. */
  readonly movedAt?: number;
}

export interface IngestionState {
  readonly looks: ReadonlyMap<string, Seen>;
  /** When one of the services behind was last not well. */
  readonly behindSickAt: number;
  readonly now: number;
}

const RULE = NUMBERS.ingestion;
/** Services that it works with. */
const BEHIND: ReadonlySet<string> = new Set(["embedder", "vector"]);
type Head = NonNullable<IngestionLook["head"]>;

/**
 * `batch-stuck`, `schema-drifts`, `batch-suspect`, `source-held` and `queue-waits` by the newest look,
 * `ingestion-lags` and `intake-refused` by several.
 */
export const ingestionDetector: Detector<IngestionState> = {
  initial: { looks: new Map(), behindSickAt: -Infinity, now: -Infinity },
  take(state, observation) {
    if (observation.kind === "ingestion") {
      const { scope, view, at } = observation;
      const before = state.looks.get(scope.replica);
      const late = lateOf(view, before?.late, at);
      const waitsSince = (view.head?.waitsFor ?? null) === null ? undefined : (before?.waitsSince ?? at);
      const refusedSince = view.writeRefused === null ? undefined : (before?.refusedSince ?? at);
      const seen = {
        scope,
        view,
        ...(late !== undefined && { late }),
        ...(waitsSince !== undefined && { waitsSince }),
        ...(refusedSince !== undefined && { refusedSince }),
      };
      // By its own way to them, which the healer does not go.
      const isSick = waitsSince !== undefined && at - waitsSince < RULE.waitsForMs;
      const behindSickAt = isSick ? at : state.behindSickAt;
      return { behindSickAt, now: at, looks: withEntry(state.looks, scope.replica, seen) };
    }
    return isSickBehind(observation) ? { ...state, behindSickAt: observation.at } : gone(state, observation);
  },
  signals({ looks, behindSickAt, now }) {
    const areWell = now - behindSickAt >= RULE.wellForMs;
    return [...looks.values()].flatMap(({ scope, view, late, refusedSince = now }) => [
      ...ofHead(scope, view.head, areWell),
      ...ofLag(scope, view, now - (late?.movedAt ?? now)),
      ...ofHolds(scope, view),
      ...ofDisk(scope, view, now - refusedSince),
      ...view.suspects.map(({ source, batch, says }) => ({
        name: "batch-suspect",
        scope,
        says: `of ${batch} from ${source}, which is published, ${says}`,
      })),
    ]);
  },
  forget: (state, replica) => ({ ...state, looks: new Map([...state.looks].filter(([id]) => id !== replica)) }),
};

/** Behind, as long as it works: nothing fails, and the oldest has waited longer than it may. */
function lateOf({ head, lagMs, freshWithinMs }: IngestionLook, before: Late | undefined, at: number): Late | undefined {
  if (head === null || head.kind !== null || lagMs <= freshWithinMs) return undefined;
  if (before === undefined) return { seq: head.seq };
  return before.movedAt === undefined && head.seq !== before.seq ? { ...before, movedAt: at } : before;
}

function ofLag(
  scope: ReplicaScope,
  { lagMs, freshWithinMs, atOnce }: IngestionLook,
  sinceMs: number,
): readonly Signal[] {
  if (sinceMs < RULE.lagsForMs) return [];
  const says = `the oldest batch has waited ${lagMs} ms, and ${freshWithinMs} ms are promised; ${atOnce} documents are embedded at once`;
  return [{ name: "ingestion-lags", scope, says }];
}

function ofHolds(scope: ReplicaScope, { held, freshWithinMs }: IngestionLook): readonly Signal[] {
  return held
    .filter(({ isStale, waitedMs }) => isStale && waitedMs > freshWithinMs)
    .map(({ source, batches, waitedMs }) => ({
      name: "source-held",
      scope,
      says: `${batches} batches of ${source} have lain there for up to ${waitedMs} ms, and nobody renews the hold before them`,
    }));
}

function ofDisk(scope: ReplicaScope, { writeRefused, spareCopies }: IngestionLook, sinceMs: number): readonly Signal[] {
  if (writeRefused === null || sinceMs < RULE.refusedForMs) return [];
  const says = `nothing is taken in: ${writeRefused}; ${spareCopies ?? 0} copies are kept that nothing needs`;
  return [{ name: "intake-refused", scope, says }];
}

function ofHead(scope: ReplicaScope, head: Head | null, areWell: boolean): readonly Signal[] {
  // Of a full disk `writeRefused` says it.
  if (head === null || head.kind === null || head.kind === "disk") return [];
  const says = `${head.batch} from ${head.source} has failed ${head.attempts} times at the head of the queue: ${head.reason}`;
  if (head.kind === "unreachable") {
    return areWell && head.nextInMs > RULE.waitsMs ? [{ name: "queue-waits", scope, says }] : [];
  }
  if (head.kind === "schema")
    return head.attempts >= RULE.schemaAttempts ? [{ name: "schema-drifts", scope, says }] : [];
  return head.attempts >= RULE.attempts ? [{ name: "batch-stuck", scope, says }] : [];
}

function isSickBehind(observation: Observation): boolean {
  // It answers, and takes no document.
  if (observation.kind === "manifest") return observation.manifest.writeRefused !== undefined;
  if (observation.kind === "pulse") return BEHIND.has(observation.scope.service) && observation.pulse.state !== "good";
  if (observation.kind !== "roll-call") return false;
  return observation.replicas.some(({ service, pid }) => BEHIND.has(service) && pid === null);
}

/** Nothing is held against who has no process. */
function gone(state: IngestionState, observation: Observation): IngestionState {
  if (observation.kind !== "roll-call") return state;
  const here = new Set(observation.replicas.flatMap(({ replica, pid }) => (pid === null ? [] : [replica])));
  if ([...state.looks.keys()].every((id) => here.has(id))) return state;
  return { ...state, looks: new Map([...state.looks].filter(([id]) => here.has(id))) };
}
