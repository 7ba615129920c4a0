// What is known of one replica by its own metrics: the last reading, since when there is none, what vanished, whether
// work stands still, and what it said that cannot be.
import type { ReplicaScope } from "../../nouns.ts";
import { timesWhenLate, type Pace } from "../pace.ts";
import { NUMBERS } from "../../numbers.ts";
import type { MetricLook, MetricsSeen } from "../../telemetry/metrics/metric-look.ts";
import { falls, impossibilities } from "./implausible.ts";
import { afterReading } from "./stuck.ts";
import type { Stuck } from "./stuck.ts";

export interface ReplicaMetrics {
  readonly scope: ReplicaScope;
  readonly last: MetricsSeen | null;
  /** The process that the last reading is of. */
  readonly pid: number | null;
  /** When the last reading came, or the replica was last not well; null: neither yet. */
  readonly seenAt: number | null;
  /** Since when nothing can be read, why, and how often that was tried. */
  readonly dark: { readonly since: number; readonly says: string; readonly looks: number } | null;
  /** Series that this process had and has no more: since when, by key. */
  readonly gone: ReadonlyMap<string, Gone>;
  readonly stuck: Stuck | null;
  /** What cannot be, and when it was said. */
  readonly lies: readonly Lie[];
  /** Counts that fell, and who the process was: a lie, unless it turns out to be another one. */
  readonly fell: { readonly at: number; readonly pid: number | null; readonly says: string } | null;
}

interface Gone {
  readonly since: number;
  readonly series: string;
}

interface Lie {
  readonly at: number;
  readonly says: string;
  /** How many readings it counts for. */
  readonly weight: number;
}

const RULE = NUMBERS.metrics.implausible;

export function newReplica(scope: ReplicaScope): ReplicaMetrics {
  return { scope, last: null, pid: null, seenAt: null, dark: null, gone: new Map(), stuck: null, lies: [], fell: null };
}

/** A look, when it arrived, the process of that moment, and whether it is of the past. */
export interface Looked {
  readonly at: number;
  readonly look: MetricLook;
  readonly pid: number | null;
  readonly past: boolean;
}

/** The last words of a process that was ended may come when its successor is already known. */
function isOther(last: MetricsSeen, look: MetricsSeen): boolean {
  return last.process !== undefined && look.process !== undefined && last.process !== look.process;
}

/** After one more look. */
export function afterLook(known: ReplicaMetrics, { at, look, pid, past }: Looked): ReplicaMetrics {
  if (!look.ok) {
    const since = known.dark?.since ?? known.seenAt ?? at;
    return { ...known, dark: { since, says: look.says, looks: (known.dark?.looks ?? 0) + 1 }, stuck: null };
  }
  const { last } = known;
  // The same reading once more is no news.
  if (last !== null && look.at <= last.at) return { ...known, dark: null, seenAt: at };
  const fallen = last === null ? [] : falls(last, look);
  const begins = last === null || pid !== known.pid || (fallen.length > 0 && (past || isOther(last, look)));
  const before = begins ? null : last;
  const lies = impossibilities(before, look).map((says) => ({ at, says, weight: 1 }));
  const [says] = begins ? [] : fallen;
  return {
    ...known,
    last: look,
    pid,
    dark: null,
    seenAt: at,
    gone: before === null || says !== undefined ? new Map() : goneAfter(known.gone, before, look),
    stuck: says === undefined ? afterReading(known.stuck, before, look) : null,
    lies: [...known.lies.filter((lie) => at - lie.at <= RULE.trustAfterMs), ...lies],
    fell: says === undefined ? known.fell : { at, pid, says },
  };
}

function goneAfter(gone: ReplicaMetrics["gone"], before: MetricsSeen, now: MetricsSeen): ReplicaMetrics["gone"] {
  const keys = new Set(now.rows.flatMap(({ series }) => series.map(({ key }) => key)));
  const names = before.rows.flatMap(({ row, series }) => series.map(({ key }) => ({ key, series: row.series })));
  const lost = names.filter(({ key }) => !keys.has(key) && !gone.has(key));
  return new Map([
    ...[...gone].filter(([key]) => !keys.has(key)),
    ...lost.map(({ key, series }) => [key, { since: now.at, series }] as const),
  ]);
}

/** Nobody expects metrics of a replica that is not well: what is missing counts from when it is. */
export function afterAbsence(known: ReplicaMetrics, at: number): ReplicaMetrics {
  return { ...known, seenAt: at, dark: null, gone: new Map(), stuck: null };
}

/** As time goes by: a count that fell is a lie when its process is still the same. `pid`: the process of now. */
export function afterTime(known: ReplicaMetrics, pid: number | null, now: number): ReplicaMetrics {
  const { fell } = known;
  if (fell === null || now - fell.at < RULE.restartKnownMs) return known;
  if (fell.pid === null || fell.pid !== pid) return { ...known, fell: null };
  const lie = { at: now, says: `${fell.says} without a restart`, weight: RULE.leastReadings };
  return { ...known, fell: null, lies: [...known.lies, lie] };
}

/** Does it contradict itself often enough to be told? The last words of it, else null. */
export function liesNow({ lies }: ReplicaMetrics, now: number): string | null {
  const held = lies.filter(({ at }) => now - at <= RULE.trustAfterMs);
  const times = new Set(held.map(({ at }) => at));
  const weight = [...times].reduce(
    (sum, at) => sum + Math.max(...held.filter((lie) => lie.at === at).map((lie) => lie.weight)),
    0,
  );
  return weight >= RULE.leastReadings ? (held.at(-1)?.says ?? null) : null;
}

/** One contradiction is enough not to act on what it says. */
export function isTrusted({ lies, fell }: ReplicaMetrics, now: number): boolean {
  return fell === null && lies.every(({ at }) => now - at > RULE.trustAfterMs);
}

/**
 * Why the healer is blind there by now, in words; null: it is not. Where it comes late itself it must have seen nothing
 * more often, and for longer.
 */
export function blindness({ dark, gone }: ReplicaMetrics, now: number, pace: Pace): string | null {
  const { lostAfterMs, leastFailures } = NUMBERS.metrics;
  const times = (since: number): number => timesWhenLate(pace, since + lostAfterMs);
  const longEnough = (since: number): boolean => now - since >= times(since) * lostAfterMs;
  if (dark !== null && dark.looks >= times(dark.since) * leastFailures && longEnough(dark.since)) return dark.says;
  const vanished = [...gone.values()].find(({ since }) => longEnough(since));
  return vanished === undefined ? null : `a series of ${vanished.series} vanished`;
}
