// What the stack's services publish, read with suspicion: a field that is missing or of the wrong kind means "not
// seen".
import type { ManifestView, ReplicaEntry, SelfRetrievalView, TrafficSample, UpstreamView } from "../nouns.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The rows of `GET /inventory`, or null when the body has not that shape. */
export function readInventory(body: unknown): readonly ReplicaEntry[] | null {
  const rows = listAt(body, "replicas");
  if (rows === null) return null;
  const entries: ReplicaEntry[] = [];
  for (const row of rows) {
    const { service, replica, pid, port, weight } = row;
    if (typeof service !== "string" || typeof replica !== "string" || typeof port !== "number") return null;
    entries.push({
      service,
      replica,
      port,
      pid: typeof pid === "number" ? pid : null,
      ...(typeof weight === "number" ? { weight } : {}),
    });
  }
  return entries;
}

/** The rows of `GET /internal/upstreams`, or null when the body has not that shape. */
export function readUpstreams(body: unknown): readonly UpstreamView[] | null {
  const rows = listAt(body, "upstreams");
  if (rows === null) return null;
  const views: UpstreamView[] = [];
  for (const row of rows) {
    const { service, replica, weight, requests, inFlight, waitingMs, latency } = row;
    if (typeof service !== "string" || typeof replica !== "string") return null;
    const recent = (listAt(latency, "recent") ?? []).map(readSample).filter((sample) => sample !== null);
    const started = numberOr(requests, 0) + numberOr(inFlight, 0);
    const waiting = Array.isArray(waitingMs) ? waitingMs.filter((ms) => typeof ms === "number") : [];
    views.push({ service, replica, weight: numberOr(weight, 1), started, waiting, recent });
  }
  return views;
}

/** `GET /manifest`: does the file still hash to what was written? */
export function readManifest(body: unknown): ManifestView | null {
  const { indexHash, manifestHash, rows } = fieldsOf(body);
  if (typeof indexHash !== "string" || typeof manifestHash !== "string") return null;
  return { matches: indexHash === manifestHash, rows: typeof rows === "number" ? rows : 0 };
}

/** `GET /self-retrieval`. An answer that checked nothing says nothing. */
export function readSelfRetrieval(body: unknown): SelfRetrievalView | null {
  const { share, checked } = fieldsOf(body);
  if (typeof share !== "number" || typeof checked !== "number" || checked === 0) return null;
  return { share, checked };
}

/** `POST /internal/check`: ms, or null when the check failed. */
export function readCheck(body: unknown): number | null {
  const { ok, ms } = fieldsOf(body);
  return ok === true && typeof ms === "number" ? ms : null;
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

function readSample(row: Fields): TrafficSample | null {
  const { seq, ms, ok } = row;
  return typeof seq === "number" && typeof ms === "number" ? { seq, ms, ok: ok !== false } : null;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function listAt(value: unknown, key: string): readonly Fields[] | null {
  const list = fieldsOf(value)[key];
  return Array.isArray(list) ? list.map(fieldsOf) : null;
}
