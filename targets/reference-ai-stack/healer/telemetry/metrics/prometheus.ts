// Adapter: a Prometheus server that scrapes the replicas. Raw samples with their own times are asked for, so that a
// series which the newest scrape did not bring is seen to be gone, and nothing passes for newer than it is.
import type { ReplicaEntry } from "../../nouns.ts";
import { NUMBERS } from "../../numbers.ts";
import { namesOf, readRows } from "./catalogue-rows.ts";
import type { Sample, ServerOf } from "./catalogue-rows.ts";
import type { MetricLook, MetricsUnseen } from "./metric-look.ts";
import { openPromApi } from "./prometheus-api.ts";
import type { PromAnswer, PromSeries } from "./prometheus-api.ts";
import type { TelemetrySource } from "./telemetry-source.ts";

export interface PrometheusConfig {
  /** Base of the server's address, such as `http://127.0.0.1:9090`. */
  readonly url: URL;
  readonly serverOf: (service: string) => ServerOf | undefined;
  readonly token?: string | undefined;
  readonly now: () => number;
}

/** What one query showed, and when the answer was there. */
interface Snapshot {
  readonly at: number;
  readonly answer: PromAnswer;
}

interface Memory {
  /** Ports of replicas that were asked for, by the server behind them. */
  readonly ports: Map<string, Set<number>>;
  readonly snapshots: Map<string, { readonly askedAt: number; readonly taken: Promise<Snapshot> }>;
  /** The server's clock is behind ours by the least of these, ms: an answer is only ever late. */
  offsets: readonly number[];
  /** Between two scrapes, ms; undefined until two were seen. */
  intervalMs: number | undefined;
}

const RULE = NUMBERS.metrics.prometheus;

export function openPrometheus({ url, serverOf, token, now }: PrometheusConfig): TelemetrySource {
  const api = openPromApi(url, token);
  const memory: Memory = { ports: new Map(), snapshots: new Map(), offsets: [], intervalMs: undefined };
  const { everyMs } = NUMBERS.metrics;

  /** One query for all replicas behind a server, shared by looks that come together. */
  function snapshotOf(known: ServerOf, port: number): Promise<Snapshot> {
    const name = known.server.server;
    const ports = memory.ports.get(name) ?? new Set<number>();
    memory.ports.set(name, ports);
    const shared = memory.snapshots.get(name);
    if (shared !== undefined && ports.has(port) && now() - shared.askedAt < everyMs / 2) return shared.taken;
    ports.add(port);
    const windowMs = Math.ceil((memory.intervalMs ?? RULE.unknownIntervalMs) * RULE.windowIntervals);
    const taken = api.query(`${selectorOf(known, ports)}[${windowMs}ms]`).then((answer) => ({ at: now(), answer }));
    memory.snapshots.set(name, { askedAt: now(), taken });
    return taken;
  }

  async function look(replica: ReplicaEntry): Promise<MetricLook> {
    const known = serverOf(replica.service);
    if (known === undefined) return unseen("no-series", `nothing is known of ${replica.service}'s metrics`);
    const { at, answer } = await snapshotOf(known, replica.port);
    if (!answer.ok) return unseen(answer.why, `the Prometheus server: ${answer.says}`);
    const own = answer.series.filter(({ labels }) => isOf(labels, replica.port));
    const up = own.find(({ labels }) => labels["__name__"] === "up");
    const last = up?.values.at(-1);
    if (up === undefined || last === undefined) {
      return unseen("no-series", `the Prometheus server does not scrape 127.0.0.1:${replica.port}`);
    }
    noteTimes(memory, up, at);
    const readAt = last.at + Math.min(...memory.offsets);
    const lagMs = (memory.intervalMs ?? RULE.unknownIntervalMs) + everyMs;
    if (last.value !== 1) return unseen("unreachable", await api.whyDown(replica.port));
    if (at - readAt > Math.max(RULE.staleIntervals * lagMs, NUMBERS.metrics.timeoutMs)) {
      return unseen("stale", `the newest scrape is ${Math.round((at - readAt) / 1000)} s old`);
    }
    const fresh = own.filter(({ values }) => (values.at(-1)?.at ?? 0) > last.at - (memory.intervalMs ?? 0) / 2);
    return seen(known, { at: readAt, lagMs, series: fresh, value: ({ values }) => values.at(-1)?.value });
  }

  async function recall(replica: ReplicaEntry, spanMs: number): Promise<readonly MetricLook[]> {
    const known = serverOf(replica.service);
    const newest = await look(replica);
    if (known === undefined || !newest.ok) return [];
    const stepMs = Math.max(memory.intervalMs ?? RULE.unknownIntervalMs, 1000);
    const end = newest.at - Math.min(...memory.offsets);
    const span = { start: end - spanMs, end: end - stepMs, stepMs };
    const answer = await api.queryRange(selectorOf(known, new Set([replica.port])), span);
    if (!answer.ok) return [];
    const own = answer.series.filter(({ labels }) => isOf(labels, replica.port));
    const up = own.find(({ labels }) => labels["__name__"] === "up")?.values ?? [];
    return up
      .filter(({ value }) => value === 1)
      .map(({ at }) => {
        const value = ({ values }: PromSeries): number | undefined => values.find((one) => one.at === at)?.value;
        return seen(known, { at: at + Math.min(...memory.offsets), lagMs: newest.lagMs, series: own, value });
      });
  }

  return { name: "prometheus", everyMs, reads: (service) => serverOf(service) !== undefined, look, recall };
}

/** Every series of the rows, and `up`, of the replicas at these ports of this machine. */
function selectorOf({ rows }: ServerOf, ports: ReadonlySet<number>): string {
  const names = ["up", ...namesOf(rows)].join("|");
  // A backslash is one in PromQL's double quotes, too.
  const instance = String.raw`(127\\.0\\.0\\.1|localhost):(${[...ports].join("|")})`;
  return `{__name__=~"${names}",instance=~"${instance}"}`;
}

function isOf({ instance = "" }: Sample["labels"], port: number): boolean {
  return instance === `127.0.0.1:${port}` || instance === `localhost:${port}`;
}

function unseen(why: MetricsUnseen["why"], says: string): MetricsUnseen {
  return { ok: false, why, says };
}

interface Seen {
  readonly at: number;
  readonly lagMs: number;
  readonly series: readonly PromSeries[];
  readonly value: (series: PromSeries) => number | undefined;
}

function seen({ server, rows }: ServerOf, { at, lagMs, series, value }: Seen): MetricLook {
  const byName = new Map<string, Sample[]>();
  for (const one of series) {
    const { __name__: name = "", ...labels } = one.labels;
    const now = value(one);
    if (now !== undefined) byName.set(name, [...(byName.get(name) ?? []), { labels, value: now }]);
  }
  if ([...byName.keys()].every((name) => name === "up")) {
    return unseen("no-series", `what Prometheus scrapes there has no series of ${server.server}: ${server.needs}`);
  }
  return { ok: true, at, lagMs, rows: readRows((name) => byName.get(name) ?? [], rows) };
}

/** Learns from the scrapes that were seen how far they lie apart, and how far apart the two clocks are. */
function noteTimes(memory: Memory, { values }: PromSeries, at: number): void {
  const last = values.at(-1);
  if (last !== undefined) memory.offsets = [...memory.offsets, at - last.at].slice(-RULE.keptOffsets);
  const gaps = values.slice(1).map((value, n) => value.at - (values[n]?.at ?? 0));
  const middle = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)];
  if (middle !== undefined && middle > 0) memory.intervalMs = middle;
}
