// What replicas exported to the collector, export by export. The collector holds the newest point of a series for
// minutes after its service fell silent or lost it, so every point is judged by its own time: what the newest export
// of a replica did not bring is gone, and nothing passes for newer than it is.
import { NUMBERS } from "../../numbers.ts";
import type { CollectorApi, HistogramNow, SeriesHead, Whose } from "./collector-api.ts";
import type { Valued } from "./collector-samples.ts";
import type { MetricsUnseen } from "./metric-look.ts";

/** One point of a series. */
interface Point extends Valued {
  /** The older of when it was read and when it came in, ms on the collector's clock: a service's clock may be wrong. */
  readonly time: number;
  readonly startMs?: number | undefined;
}

interface Export {
  readonly points: readonly Point[];
  /** On the collector's clock, ms. */
  readonly time: number;
}

/** What the newest export of a replica brought. */
export interface NewestExport extends Export {
  readonly ok: true;
  /** Its time on our clock. */
  readonly at: number;
  /** How much the replica's own clock is ahead of `time`, ms; never below 0. */
  readonly aheadMs: number;
}

export interface Exports {
  newestOf(whose: Whose): Promise<NewestExport | MetricsUnseen>;
  /** Between two exports of a replica, ms. */
  intervalOf(replica: string): number;
  /** Exports of the last `spanMs` before the newest, oldest first, as far as they brought series of these names. */
  before(whose: Whose, newest: NewestExport, past: Past): Promise<readonly Export[]>;
}

interface Past {
  readonly names: readonly string[];
  readonly spanMs: number;
}

interface Memory {
  /** Times of the last exports that were seen, oldest first, ms on the collector's clock. */
  readonly times: readonly number[];
  /** The last of them on our clock. */
  readonly at: number;
}

const RULE = NUMBERS.metrics.collector;

/** `now`: our clock. */
export function watchExports(api: CollectorApi, now: () => number): Exports {
  const memories = new Map<string, Memory>();

  /** Its time on our clock stays what it was found to be first: it is the same reading. */
  async function noted(whose: Whose, newest: NewestExport): Promise<NewestExport> {
    const known = memories.get(whose.replica)?.times ?? (await timesBefore(whose, newest));
    const { time, at } = newest;
    if (known.at(-1) === time) return { ...newest, at: memories.get(whose.replica)?.at ?? at };
    memories.set(whose.replica, { times: [...known, time].slice(-RULE.keptTimes), at });
    return newest;
  }

  /** From one series alone; none when the collector cannot say. */
  async function timesBefore(whose: Whose, newest: NewestExport): Promise<readonly number[]> {
    const names = newest.points.slice(0, 1).map(({ head }) => head.name);
    return (await before(whose, newest, { names, spanMs: RULE.intervalsFromMs })).map(({ time }) => time);
  }

  /** The collector keeps points by the replica's own clock. */
  async function before(whose: Whose, newest: NewestExport, { names, spanMs }: Past): Promise<readonly Export[]> {
    const newestThere = newest.time + newest.aheadMs;
    const span = { from: newestThere - spanMs, to: newestThere - RULE.sameExportMs };
    const answers = await Promise.all(names.map((name) => api.range({ ...whose, name, ...span })));
    const points = answers.flatMap((answer) => (answer.ok ? answer.body.series.flatMap(pointsOf) : []));
    return exportsIn(points.map((point) => ({ ...point, time: point.time - newest.aheadMs })));
  }

  return {
    async newestOf({ service, replica }) {
      const asked = now();
      const answer = await api.latest({ service, replica });
      if (!answer.ok) return answer;
      const all = answer.body.series.map(({ at: sentAt, receivedAt, startMs, value, ...head }) => {
        return { head, value, startMs, sentAt, time: Math.min(sentAt, receivedAt) };
      });
      if (all.length === 0)
        return { ok: false, why: "no-series", says: `the collector has heard nothing of ${replica}` };
      const time = Math.max(...all.map((one) => one.time));
      const points = all.filter((one) => one.time > time - RULE.sameExportMs);
      // The answer counts as old as the question, so that it never passes for newer than it is.
      const at = asked - Math.max(0, answer.body.at - time);
      const aheadMs = Math.max(...points.map(({ sentAt }) => sentAt)) - time;
      return noted({ service, replica }, { ok: true, points, time, at, aheadMs });
    },
    intervalOf(replica) {
      const { times = [] } = memories.get(replica) ?? {};
      const gaps = times.slice(1).map((time, n) => time - (times[n] ?? 0));
      return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? RULE.unknownIntervalMs;
    },
    before,
  };
}

interface Kept extends SeriesHead {
  readonly points: readonly {
    readonly lastAt: number;
    readonly last: number;
    readonly histogram?: Omit<HistogramNow, "count"> | undefined;
  }[];
}

function pointsOf({ points, ...head }: Kept): readonly Point[] {
  return points.map(({ lastAt, last, histogram }) => ({
    head,
    time: lastAt,
    value: histogram === undefined ? last : { ...histogram, count: last },
  }));
}

/** Points by the export that brought them, the oldest first. */
function exportsIn(points: readonly Point[]): readonly Export[] {
  const exports: { points: Point[]; time: number }[] = [];
  for (const point of points.toSorted((a, b) => a.time - b.time)) {
    const last = exports.at(-1);
    if (last !== undefined && point.time < last.time + RULE.sameExportMs) last.points.push(point);
    else exports.push({ points: [point], time: point.time });
  }
  return exports;
}
