// What the stack's services publish, read with suspicion: a field that is missing or of the wrong kind means "not
// seen".
import type {
  Ending,
  QuestionsView,
  ReplicaEntry,
  ResourceView,
  TrafficSample,
  UpstreamView,
  WayView,
} from "../nouns.ts";
import { floatsIn } from "./floats-in.ts";
import type { HeldPart, ManifestView, SelfRetrievalView } from "./vector-views.ts";

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
      ...(typeof row["maintenance"] === "string" ? { maintenance: row["maintenance"] } : {}),
      ...(typeof row["most"] === "number" ? { most: row["most"] } : {}),
      ...reducedIn(row["state"]),
      ...publishedIn(row["files"]),
      ...modelsIn(row["models"]),
    });
  }
  return entries;
}

function reducedIn(value: unknown): Pick<ReplicaEntry, "reduced"> {
  const { reduced } = fieldsOf(value);
  return typeof reduced === "number" && reduced > 0 ? { reduced } : {};
}

/** What its files say of it. */
function publishedIn(value: unknown): Pick<ReplicaEntry, "keeps" | "ownModel"> {
  const roles = Array.isArray(value) ? value.map((file) => fieldsOf(file)["role"]) : [];
  return {
    ...((roles.includes("answer-cache") || roles.includes("embedding-cache")) && { keeps: true }),
    ...(roles.includes("model") && { ownModel: true }),
  };
}

function modelsIn(value: unknown): Pick<ReplicaEntry, "models"> {
  const { stable, canary, before } = fieldsOf(value);
  if (typeof stable !== "string") return {};
  const { version, share } = fieldsOf(canary);
  const tried = typeof version === "string" && typeof share === "number" ? { version, share } : null;
  const names = Array.isArray(before) ? before.filter((name) => typeof name === "string") : [];
  return { models: { stable, canary: tried, before: names } };
}

/** The rows of `GET /internal/upstreams`, or null when the body has not that shape. */
export function readUpstreams(body: unknown): readonly UpstreamView[] | null {
  const rows = listAt(body, "upstreams");
  if (rows === null) return null;
  const views: UpstreamView[] = [];
  for (const row of rows) {
    const { service, replica, weight, requests, inFlight, oldestInFlightMs, waitingMs, latency } = row;
    if (typeof service !== "string" || typeof replica !== "string") return null;
    const recent = (listAt(latency, "recent") ?? []).map(readSample).filter((sample) => sample !== null);
    const started = numberOr(requests, 0) + numberOr(inFlight, 0);
    const waiting = Array.isArray(waitingMs) ? waitingMs.filter((ms) => typeof ms === "number") : [];
    const oldestMs = numberOr(inFlight, 0) > 0 ? numberOr(oldestInFlightMs, 0) : 0;
    const ended = listAt(row["outcomes"], "recent")
      ?.map(readEnding)
      .filter((ending) => ending !== null);
    const view = { service, replica, weight: numberOr(weight, 1), started, waiting, oldestMs, recent };
    const paths = listAt(row, "paths")
      ?.map(readWay)
      .filter((way) => way !== null);
    views.push({ ...view, ...(ended !== undefined && { endings: ended }), ...(paths !== undefined && { paths }) });
  }
  return views;
}

function readWay({ path, inUse, misses, ms, wholeMs }: Fields): WayView | null {
  if (typeof path !== "string" || typeof inUse !== "boolean" || typeof misses !== "number") return null;
  return { path, inUse, misses, ms: typeof ms === "number" ? ms : null, wholeMs: numberOr(wholeMs, 0) };
}

/** `GET /manifest?held=1`: does the file still hash to what was written? */
export function readManifest(body: unknown): ManifestView | null {
  const {
    indexHash,
    manifestHash,
    rows,
    records,
    removed = 0,
    dead,
    digests,
    vectors,
    wrote,
    writeRefused,
    manifestTrouble,
    parts,
  } = fieldsOf(body);
  const held = parts === undefined ? null : readHoldings({ parts });
  if (typeof indexHash !== "string" || typeof manifestHash !== "string") return null;
  return {
    matches: indexHash === manifestHash,
    rows: typeof rows === "number" ? rows : 0,
    // Of those that were removed no search may find any.
    ...(typeof records === "number" && { records: records - (typeof removed === "number" ? removed : 0) }),
    ...(typeof dead === "number" && { dead }),
    ...(typeof wrote === "number" && { wrote }),
    ...(typeof writeRefused === "string" && { writeRefused }),
    ...(typeof manifestTrouble === "string" && { trouble: manifestTrouble }),
    ...digestsIn(digests),
    ...figuresIn(vectors),
    ...(held !== null && { held }),
  };
}

function digestsIn(value: unknown): Pick<ManifestView, "digests"> {
  const { records, index, documents, look } = fieldsOf(value);
  if (typeof records !== "string" || typeof index !== "string") return {};
  const isSaid = typeof documents === "string" && typeof look === "number";
  return { digests: { records, index, ...(isSaid && { of: { documents, look } }) } };
}

function figuresIn(value: unknown): Pick<ManifestView, "vectors"> {
  const { centroid, oddLengths } = fieldsOf(value);
  return typeof centroid === "number" && typeof oddLengths === "number" ? { vectors: { centroid, oddLengths } } : {};
}

/** The parts in a body of `GET /records/held`, or null when it has not that shape. */
export function readHoldings(body: unknown): readonly HeldPart[] | null {
  const parts = listAt(body, "parts")?.flatMap(({ digest, there }) =>
    typeof digest === "string" && typeof there === "number" ? [{ digest, there }] : [],
  );
  return parts === undefined || parts.length !== listAt(body, "parts")?.length || parts.length === 0 ? null : parts;
}

/** `GET /snapshot`: can it be restored from? */
export function readGood(body: unknown): boolean | null {
  const { good } = fieldsOf(body);
  return typeof good === "boolean" ? good : null;
}

/** `GET /self-retrieval`. An answer that checked nothing says nothing. */
export function readSelfRetrieval(body: unknown): SelfRetrievalView | null {
  const { share, checked, internal, differing, shape } = fieldsOf(body);
  if (typeof share !== "number" || typeof checked !== "number" || checked === 0) return null;
  const inner = fieldsOf(internal);
  return {
    share,
    checked,
    ...(typeof inner["share"] === "number" &&
      typeof inner["checked"] === "number" && { internal: { share: inner["share"], checked: inner["checked"] } }),
    ...(Array.isArray(differing) && { differing: differing.length }),
    ...shapeIn(shape),
  };
}

function shapeIn(value: unknown): Pick<SelfRetrievalView, "shape"> {
  const { answers, short, unknown, repeated, alike, misnamed } = fieldsOf(value);
  if (typeof answers !== "number") return {};
  const [fewer, foreign, twice, same] = [short, unknown, repeated, alike].map((count) => numberOr(count, 0));
  const counts = { short: fewer ?? 0, unknown: foreign ?? 0, repeated: twice ?? 0, alike: same ?? 0 };
  return { shape: { answers, ...counts, ...(typeof misnamed === "number" && { misnamed }) } };
}

/** `POST /internal/check`: ms, or null when the check failed. */
export function readCheck(body: unknown): number | null {
  const { ok, ms } = fieldsOf(body);
  return ok === true && typeof ms === "number" ? ms : null;
}

/** What a replica may hold. */
export interface ResourceLimits {
  /** Resident memory, bytes. */
  readonly memoryBytes: number;
  /** Open files and sockets; absent: what the replica itself publishes (`process_max_fds`). */
  readonly handles: number | undefined;
}

/** Names of Prometheus' client libraries: memory, handles and the most of them. */
export const RESOURCE_SERIES = ["process_resident_memory_bytes", "process_open_fds", "process_max_fds"] as const;

/**
 * A page with {@link RESOURCE_SERIES}; null without the first of them. Where several replicas speak on it, such as on a
 * collector's, that one is meant.
 */
export function readResources(page: string, limits: ResourceLimits, replica?: string): ResourceView | null {
  const [memory = null, open = null, mostOpen = null] = RESOURCE_SERIES.map((name) => valueOn(page, name, replica));
  if (memory === null) return null;
  const most = limits.handles ?? mostOpen;
  const handles = open === null || most === null || most === 0 ? null : { used: open, limit: most };
  return { memory: { used: memory, limit: limits.memoryBytes }, handles };
}

/** Tokens made and tokens read so far, on the page of a server with vLLM's metrics. */
export function readTokens(page: string): number | null {
  const counts = ["generation", "prompt"].map((what) => valueOn(page, `vllm:${what}_tokens_total`));
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

/**
 * The value of the first series of that name, or of the one that is labelled as that replica's where there is one; null
 * when it is not on the page, or not a number of 0 or more.
 */
function valueOn(page: string, name: string, replica?: string): number | null {
  const all = [...page.matchAll(new RegExp(`^${name}(\\{[^\n]*\\})? (\\S+)`, "gm"))];
  const own = all.find(([, labels]) => replica !== undefined && labels?.includes(`replica="${replica}"`) === true);
  const [, , text] = own ?? all[0] ?? [];
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value >= 0 ? value : null;
}

/** Tokens of a whole chat completion, by its `usage`; 0 where it has none. */
export function countCompleted(body: unknown): number {
  return numberOr(fieldsOf(fieldsOf(body)["usage"])["completion_tokens"], 0);
}

/** `POST /v1/embeddings` with `encoding_format` base64: vectors in the order of the texts. */
export function readEmbeddings(body: unknown): readonly Float32Array[] | null {
  const rows = listAt(body, "data");
  if (rows === null) return null;
  const vectors: Float32Array[] = [];
  for (const { embedding } of rows) {
    const vector = floatsIn(embedding);
    if (vector === null || vector.length === 0) return null;
    vectors.push(vector);
  }
  return vectors;
}

/** `GET /internal/questions` of an embedder: sketches of equal size, one behind the other. */
export function readQuestions(body: unknown): QuestionsView | null {
  const { count, size, sketches } = fieldsOf(body);
  const all = floatsIn(sketches);
  if (typeof count !== "number" || typeof size !== "number" || all === null) return null;
  if (!Number.isInteger(size) || size < 1 || all.length % size !== 0) return null;
  return { count, sketches: Array.from({ length: all.length / size }, (_, i) => all.slice(i * size, (i + 1) * size)) };
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

function readSample(row: Fields): TrafficSample | null {
  const { seq, ms, ok, throttled } = row;
  if (typeof seq !== "number" || typeof ms !== "number") return null;
  return { seq, ms, ok: ok !== false, ...(throttled === true && { throttled }) };
}

function readEnding({ seq, how }: Fields): Ending | null {
  const known = how === "whole" || how === "failed" || how === "broken" || how === "throttled";
  return typeof seq === "number" && known ? { seq, how } : null;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

export function listAt(value: unknown, key: string): readonly Fields[] | null {
  const list = fieldsOf(value)[key];
  return Array.isArray(list) ? list.map(fieldsOf) : null;
}
