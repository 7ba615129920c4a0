// Adapter: the stack's own collector, to which services send their metrics.
import { setTimeout as sleep } from "node:timers/promises";
import type { ReplicaEntry } from "../../nouns.ts";
import { NUMBERS } from "../../numbers.ts";
import { namesOf, readRows } from "./catalogue-rows.ts";
import type { ServerOf } from "./catalogue-rows.ts";
import { openCollectorApi } from "./collector-api.ts";
import type { SeriesHead, Whose } from "./collector-api.ts";
import { watchExports } from "./collector-exports.ts";
import type { NewestExport } from "./collector-exports.ts";
import { samplesOf } from "./collector-samples.ts";
import type { MetricLook, MetricsUnseen } from "./metric-look.ts";
import type { TelemetrySource } from "./telemetry-source.ts";

export interface CollectorConfig {
  /** Base of the collector's address, such as `http://127.0.0.1:7441`. */
  readonly url: URL;
  readonly serverOf: (service: string) => ServerOf | undefined;
  readonly token?: string | undefined;
  readonly now: () => number;
}

const RULE = NUMBERS.metrics.collector;

export function openCollectorSource({ url, serverOf, token, now }: CollectorConfig): TelemetrySource {
  const exports = watchExports(openCollectorApi(url, token), now);
  const { everyMs, timeoutMs } = NUMBERS.metrics;
  const lagOf = (replica: string): number => exports.intervalOf(replica) + everyMs;

  /** The newest export, unless it is too old to speak of now. */
  async function currentOf({ service, replica }: Whose): Promise<NewestExport | MetricsUnseen> {
    const newest = await exports.newestOf({ service, replica });
    if (!newest.ok) return newest;
    const ageMs = now() - newest.at;
    if (ageMs <= Math.max(RULE.staleIntervals * lagOf(replica), timeoutMs)) return newest;
    return unseen("stale", `what ${replica} sent the collector last is ${(ageMs / 1000).toFixed(1)} s old`);
  }

  /** The collector starts beside the healer, and services that found none try again after a while. */
  async function firstOf(whose: Whose): Promise<NewestExport | MetricsUnseen> {
    for (const until = now() + RULE.firstWithinMs; ;) {
      const current = await currentOf(whose);
      if (current.ok || now() >= until) return current;
      await sleep(everyMs);
    }
  }

  return {
    name: "collector",
    everyMs,
    reads: (service) => serverOf(service) !== undefined,
    async look(entry) {
      const known = serverOf(entry.service);
      if (known === undefined) return unseen("no-series", `nothing is known of ${entry.service}'s metrics`);
      const current = await currentOf(entry);
      return current.ok ? lookAt(known, current, lagOf(entry.replica)) : current;
    },
    async recall({ service, replica }: ReplicaEntry, spanMs) {
      const known = serverOf(service);
      if (known === undefined) return [];
      const newest = await firstOf({ service, replica });
      if (!newest.ok) return [];
      const wanted = new Set(namesOf(known.rows));
      const names = newest.points.flatMap(({ head }) => (isWanted(head, wanted) ? [head.name] : []));
      const past = await exports.before({ service, replica }, newest, { names: [...new Set(names)], spanMs });
      return past
        .map((one) => lookAt(known, { ...one, at: newest.at - (newest.time - one.time) }, lagOf(replica)))
        .filter(({ ok }) => ok);
    },
  };
}

function unseen(why: MetricsUnseen["why"], says: string): MetricsUnseen {
  return { ok: false, why, says };
}

type Dated = Pick<NewestExport, "points" | "at">;

function lookAt({ server, rows }: ServerOf, { points, at }: Dated, lagMs: number): MetricLook {
  const samples = samplesOf(points);
  if (namesOf(rows).every((name) => samples(name).length === 0)) {
    return unseen("no-series", `what the collector hears has no series of ${server.server}: ${server.needs}`);
  }
  const began = points.flatMap(({ startMs }) => startMs ?? []);
  const process = began.length === 0 ? {} : { process: String(Math.min(...began)) };
  return { ok: true, at, lagMs, rows: readRows(samples, rows), ...process };
}

function isWanted({ name, prometheus }: SeriesHead, wanted: ReadonlySet<string>): boolean {
  return [name, prometheus].some((one) => wanted.has(one) || wanted.has(`${one}_count`));
}
