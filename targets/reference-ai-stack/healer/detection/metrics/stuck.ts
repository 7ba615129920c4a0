// Work is under way, and none of it gets done: the only way to see on any server's metrics that it hangs, because a
// first token that never comes is never observed.
import { NUMBERS } from "../../numbers.ts";
import type { MetricsSeen } from "../../telemetry/metrics/metric-look.ts";
import { timesWhenLate, type Pace } from "../pace.ts";
import { gaugeOf, riseOf, rowsOf } from "./metric-rises.ts";

/** Any of these that rises shows that work goes on. */
const PROGRESS = "ttft e2e inter-token success failure gave-up prompt-tokens generation-tokens progress".split(" ");
const QUEUES = ["running", "waiting"];

/** A row of readings with work and without progress. */
export interface Stuck {
  readonly since: number;
  readonly readings: number;
  /** Requests under way at the last of them. */
  readonly busy: number;
  /** What the signals may be old, ms. */
  readonly freshMs: number;
}

/** When it is judged, ms, and the healer's own pace by then. */
interface StallSeen {
  readonly now: number;
  readonly pace: Pace;
}

const RULE = NUMBERS.metrics.stall;

/** After one more reading; null: not stuck, or nobody can tell. */
export function afterReading(stuck: Stuck | null, before: MetricsSeen | null, now: MetricsSeen): Stuck | null {
  if (before === null || now.at - before.at > Math.max(RULE.gapMs, RULE.gapPeriods * now.lagMs)) return null;
  const queues = QUEUES.map((signal) => gaugeOf(now, signal)).filter((value) => value !== null);
  const busy = queues.reduce((total, value) => total + value, 0);
  const rises = PROGRESS.map((signal) => riseOf(before, now, signal)).filter((rise) => rise !== null);
  // What is unknown is neither work nor rest.
  if (rises.length === 0 || !(busy > 0) || rises.some(({ count }) => count > 0)) return null;
  const freshMs = now.lagMs + Math.max(...rowsOf(now, ...QUEUES, ...PROGRESS).map(({ row }) => row.fresh));
  return { since: stuck?.since ?? before.at, readings: (stuck?.readings ?? 0) + 1, busy, freshMs };
}

/** Is it a stall by now? `times`: so many times as long as is usual. Never sooner than the signals can show one. */
export function isStall({ since, readings, freshMs }: Stuck, { now, pace }: StallSeen, times = 1): boolean {
  const standMs = times * Math.max(RULE.afterMs, 2 * freshMs);
  // Nobody's work goes on without a turn on the processor.
  return readings >= RULE.leastReadings && now - since >= standMs * timesWhenLate(pace, since + standMs);
}
