// The gateway's samples of each replica in bins of even length, for detectors that look at what goes on slowly.
import type { Observation, UpstreamView } from "../nouns.ts";
import { newSamples } from "./new-samples.ts";
import { afterLook, AT_REST, isInTime } from "./pace.ts";
import type { Pace } from "./pace.ts";

/** What became of the requests to one replica within a bin. */
export interface ReplicaBin {
  readonly service: string;
  /** Times to the first byte, ms. */
  readonly answers: readonly number[];
  readonly failed: number;
  /** Age of the oldest request that waits at the last look, ms; 0 when none does. */
  readonly oldestMs: number;
}

export interface TrafficBins {
  readonly pace: Pace;
  readonly from: number;
  readonly lastSeq: ReadonlyMap<string, number>;
  readonly open: ReadonlyMap<string, ReplicaBin>;
}

/** Before the first look. */
export const NO_BINS: TrafficBins = { pace: AT_REST, from: -Infinity, lastSeq: new Map(), open: new Map() };

/**
 * One more look. `closed`: the bin that it ends, by replica, for those that the gateway still calls; null as long as
 * the bin is open. A bin in which a look came late is dropped: what a starved machine shows is nobody's drift.
 */
export function addToBins(
  bins: TrafficBins,
  { at, upstreams }: Extract<Observation, { readonly kind: "traffic" }>,
  binMs: number,
): { readonly bins: TrafficBins; readonly closed: ReadonlyMap<string, ReplicaBin> | null } {
  const pace = afterLook(bins.pace, at);
  const isOver = at - bins.from >= binMs;
  const lastSeq = new Map<string, number>();
  const open = new Map<string, ReplicaBin>();
  for (const view of upstreams) {
    const before = bins.lastSeq.get(view.replica);
    const picked = newSamples(view, before ?? -1);
    lastSeq.set(view.replica, picked.lastSeq);
    // What lay there at the first look is older than this watch.
    open.set(view.replica, withSamples(bins.open.get(view.replica), view, before === undefined ? [] : picked.fresh));
  }
  if (!isInTime(pace)) return { bins: { pace, from: at, lastSeq, open: new Map() }, closed: null };
  if (!isOver) return { bins: { pace, from: bins.from, lastSeq, open }, closed: null };
  const isFirst = bins.from === -Infinity;
  return { bins: { pace, from: at, lastSeq, open: new Map() }, closed: isFirst ? null : open };
}

function withSamples(
  before: ReplicaBin | undefined,
  { service, waiting }: UpstreamView,
  fresh: ReturnType<typeof newSamples>["fresh"],
): ReplicaBin {
  const { answers = [], failed = 0 } = before ?? {};
  return {
    service,
    answers: [...answers, ...fresh.filter(({ ok }) => ok).map(({ ms }) => ms)],
    failed: failed + fresh.filter(({ ok }) => !ok).length,
    oldestMs: Math.max(0, ...waiting),
  };
}
