// What stands around an index: documents on their way in through a real ingestion, and answers in the cache of the
// gateway, both over the replica that is measured. No file of an index has a part in them, and nobody else sees what
// goes wrong there.
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { ANSWER_ROWS } from "../../../targets/reference-ai-stack/cache-settings.ts";
import { createRowFile } from "../../../targets/reference-ai-stack/common/row-file.ts";
import { listen } from "../../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createAnswerCache } from "../../../targets/reference-ai-stack/gateway/answer-cache.ts";
import type { Detector } from "../../../targets/reference-ai-stack/healer/detection/detector.ts";
import { ingestionDetector } from "../../../targets/reference-ai-stack/healer/detection/ingestion-detector.ts";
import { twiceDetector } from "../../../targets/reference-ai-stack/healer/detection/twice-detector.ts";
import type { Observation } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import { readIngestion } from "../../../targets/reference-ai-stack/healer/telemetry/read-ingestion.ts";
import { openDoors } from "../../../targets/reference-ai-stack/ingestion/doors.ts";
import { openIngestion } from "../../../targets/reference-ai-stack/ingestion/ingestion.ts";
import { createIngestionMetrics } from "../../../targets/reference-ai-stack/ingestion/metrics.ts";
import { TELLS_NOBODY } from "../../../targets/reference-ai-stack/ingestion/tell-gateway.ts";
import { createVectorApp } from "../../../targets/reference-ai-stack/vector/app.ts";
import type { VectorReplica } from "../../../targets/reference-ai-stack/vector/replica.ts";

/** What producers deliver, and the file of kept answers, before anybody looks. */
export interface Surroundings {
  /** The folder of the one source. */
  readonly source: string;
  readonly answers: string;
}

export interface Around {
  /** Attempts at a batch that failed by its records' form, and by what a text may be. */
  readonly schema: number;
  readonly quality: number;
  /** How long the oldest batch has waited at the end, s. */
  readonly queueAgeS: number;
  /**
   * Of the answers that are kept to the healer's own questions, and of those that users were given, the share that says
   * something else than the replica's own search.
   */
  readonly hitsDiffer: number;
  readonly usersHitsDiffer: number;
  readonly spokeAt: ReadonlyMap<string, number>;
}

/** The healer's looks at the queue lie half a second apart, so this is a quarter of a minute. */
const LOOKS = 30;
/** A document is to be found by then, ms: as the stack has it. */
const FRESH_WITHIN_MS = 2000;
const TOKEN = "token-of-the-matrix";
const HITS = 4;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

interface Given {
  readonly queries: readonly Float32Array[];
  /** Done to what stands around; absent: nothing is. */
  readonly damage?: ((around: Surroundings) => Promise<void>) | undefined;
}

/** Writes into the replica: what is measured of the index alone comes before it. */
export async function measureAround(replica: VectorReplica, { queries, damage }: Given): Promise<Around> {
  const dir = await mkdtemp(join(tmpdir(), "matrix-around-"));
  const at: Surroundings = { source: join(dir, "sources", "docs"), answers: join(dir, "answers.bin") };
  try {
    const kept = await keepAnswers(replica, queries, at.answers);
    await mkdir(at.source, { recursive: true });
    if (damage === undefined) await deliver(at.source, [recordOf("new-1"), recordOf("new-2")]);
    else await damage(at);
    const cache = await kept.compare();
    const queue = await ingest(replica, queries, dir);
    const { hitsDiffer, usersHitsDiffer } = cache;
    return { ...queue, hitsDiffer, usersHitsDiffer, spokeAt: new Map([...queue.spokeAt, ...cache.spokeAt]) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** One document as the ingestion agreed to take it. */
export function recordOf(id: string) {
  const text = `What is told of ${id} was never told before.`;
  return { schema: 1, id, title: id, text, version: 1, tags: ["public"] };
}

/** One batch, as a producer brings it. */
export async function deliver(source: string, records: readonly object[]): Promise<void> {
  await writeFile(join(source, "batch-1"), records.map((record) => JSON.stringify(record)).join("\n"));
}

/** A hold whose producer died a minute ago. */
export async function holdWithNobody(source: string): Promise<void> {
  const [file, before] = [join(source, ".hold"), new Date(Date.now() - 60_000)];
  await writeFile(file, "");
  await utimes(file, before, before);
}

/** Two answers change places in the file of kept ones: the healer's own, or those to a user's question and its opposite. */
export async function swapAnswers(path: string, whose: "own" | "users"): Promise<void> {
  const { rows, rowBytes } = ANSWER_ROWS;
  const bytes = await readFile(path);
  const rowAt = (row: number): Buffer => bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
  const from = whose === "own" ? 0 : NUMBERS.twice.prompts;
  const kept = [...Array(rows).keys()].map(rowAt).filter((row) => row.some((byte) => byte !== 0));
  const [one, other] = kept.slice(from);
  if (one === undefined || other === undefined) throw new Error(`${path} has no two answers to swap`);
  const first = Buffer.from(one);
  other.copy(one);
  first.copy(other);
  await writeFile(path, bytes);
}

/** A question, and where its vector points. */
interface Asking {
  readonly question: string;
  readonly query: Float32Array;
}

/** The healer's own, and behind them a user's and its opposite: nearly the same to whoever goes by vectors. */
function askings(queries: readonly Float32Array[]): readonly Asking[] {
  const own = queries.slice(0, NUMBERS.twice.prompts);
  const [query = new Float32Array(), away = query] = queries.slice(own.length);
  const near = query.map((component, i) => component + (away[i] ?? 0) / 5);
  return [
    ...own.map((one, n) => ({ question: `What is told of matter${n}?`, query: one })),
    { question: "How is the matter enabled?", query },
    { question: "How is the matter disabled?", query: near },
  ];
}

/** Every question is answered by what a search finds, and that is kept. */
async function keepAnswers(replica: VectorReplica, queries: readonly Float32Array[], path: string) {
  const { prompts, perLook } = NUMBERS.twice;
  const asked = askings(queries).map(({ question, query }) => {
    const length = Math.hypot(...query);
    const vector = [...query].map((component) => component / length);
    return { question, vector, context: "", version: "", query };
  });
  const answer = async (query: Float32Array): Promise<object> => ({
    says: (await replica.search(query, HITS)).map(({ id }) => replica.records.textOf(id)?.text ?? id),
  });
  const openFile = () => createRowFile(path, ANSWER_ROWS.rows, ANSWER_ROWS.rowBytes);
  const cache = createAnswerCache({ openFile, rows: ANSWER_ROWS.rows, now: () => 0, dropped: () => undefined });
  for (const one of asked) {
    const isKept = cache.keep(cache.ticket(one), await answer(one.query), { passages: [], floor: -1 });
    if (!isKept) throw new Error(`an answer was not kept: ${one.question}`);
  }
  return {
    async compare() {
      const differing: boolean[] = [];
      for (const one of asked) {
        const [hit, miss] = [cache.find(one)?.body, await answer(one.query)];
        if (hit === undefined) throw new Error(`an answer is kept no more: ${one.question}`);
        differing.push(JSON.stringify(hit) !== JSON.stringify(miss));
      }
      cache.close();
      const [own, users] = [differing.slice(0, prompts), differing.slice(prompts)];
      const scope = { service: "gateway", replica: "gateway" };
      const looks = Array.from({ length: Math.ceil(own.length / perLook) }, (_, look): Observation => {
        // Two of its own and one of users' in turn.
        const both = [...own.slice(look * perLook, (look + 1) * perLook), users[look % users.length] ?? false];
        const view = { asked: both.length, differing: both.filter(Boolean).length };
        return { kind: "twice", at: (look + 1) * NUMBERS.look.twiceMs, scope, view };
      });
      const spokeAt = await spokeOver(twiceDetector, async (look) => looks[look - 1], looks.length);
      return { hitsDiffer: shareIn(own), usersHitsDiffer: shareIn(users), spokeAt };
    },
  };
}

function shareIn(differing: readonly boolean[]): number {
  return differing.filter(Boolean).length / differing.length;
}

/** Lets a real ingestion take what lies in the source, and looks at it as the healer does. */
async function ingest(replica: VectorReplica, queries: readonly Float32Array[], dir: string) {
  const registry = new Registry();
  const parts = { replica, registry: new Registry(), tracer: NO_TRACER, log: quiet };
  const app = createVectorApp({ ...parts, principals: {}, writers: { it: TOKEN }, recorders: null });
  const server = await listen(app, 0);
  let now = Date.now();
  const ingestion = openIngestion({
    dir: join(dir, "ingestion"),
    sourcesDir: join(dir, "sources"),
    freshWithinMs: FRESH_WITHIN_MS,
    roomBytes: Infinity,
    doors: {
      ...openDoors({ embedderPort: 1, vectorPorts: [server.port], token: TOKEN }),
      embed: async (texts) => ({ model: "m", vectors: texts.map((_, n) => [...(queries.at(-1 - n) ?? [])]) }),
    },
    teller: TELLS_NOBODY,
    metrics: createIngestionMetrics(registry, () => 0),
    now: () => now,
    log: quiet,
    onArrival: () => undefined,
  });
  try {
    const scope = { service: "ingestion", replica: "ingestion" };
    const look = async (): Promise<Observation> => {
      now += NUMBERS.look.ingestionMs;
      await ingestion.turn();
      // As it comes over HTTP.
      const view = readIngestion(JSON.parse(JSON.stringify(ingestion.view())) as unknown);
      if (view === null) throw new Error("the healer cannot read what the ingestion says of itself");
      return { kind: "ingestion", at: now, scope, view };
    };
    const spokeAt = await spokeOver(ingestionDetector, look, LOOKS);
    const counted = await registry.getSingleMetric("ingestion_failures_total")?.get();
    const failures = (kind: string): number =>
      (counted?.values ?? [])
        .filter(({ labels }) => labels["kind"] === kind)
        .reduce((sum, { value }) => sum + value, 0);
    const queueAgeS = ingestion.view().lagMs / 1000;
    return { schema: failures("schema"), quality: failures("quality"), queueAgeS, spokeAt };
  } finally {
    ingestion.close();
    await server.close();
  }
}

async function spokeOver<State>(
  detector: Detector<State>,
  look: (look: number) => Promise<Observation | undefined>,
  looks: number,
): Promise<ReadonlyMap<string, number>> {
  const first = new Map<string, number>();
  let state = detector.initial;
  for (let n = 1; n <= looks; n += 1) {
    const seen = await look(n);
    if (seen !== undefined) state = detector.take(state, seen);
    for (const { name } of detector.signals(state)) if (!first.has(name)) first.set(name, n);
  }
  return first;
}
