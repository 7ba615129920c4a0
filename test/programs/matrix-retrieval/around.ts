// What stands around an index: documents on their way in through a real ingestion, and answers in the cache of the
// gateway, both over the replica that is measured. No file of an index has a part in them, and nobody else sees what
// goes wrong there.
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { listen } from "../../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { ingestionDetector } from "../../../targets/reference-ai-stack/healer/detection/ingestion-detector.ts";
import type { Observation } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import { readIngestion } from "../../../targets/reference-ai-stack/healer/telemetry/read-ingestion.ts";
import { openDoors } from "../../../targets/reference-ai-stack/ingestion/doors.ts";
import { openIngestion } from "../../../targets/reference-ai-stack/ingestion/ingestion.ts";
import { createIngestionMetrics } from "../../../targets/reference-ai-stack/ingestion/metrics.ts";
import { TELLS_NOBODY } from "../../../targets/reference-ai-stack/ingestion/tell-gateway.ts";
import { createVectorApp } from "../../../targets/reference-ai-stack/vector/app.ts";
import type { VectorReplica } from "../../../targets/reference-ai-stack/vector/replica.ts";
import { keepAnswers } from "./kept-answers.ts";
import { shareIn, spokeOver } from "./spoke-over.ts";

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
  /** Of the questions that the ingestion knows, the share whose passage is among the first four at the end. */
  readonly questionsFound: number;
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
/** Questions that the ingestion asks again of what was published. */
const QUESTIONS = 20;
const questionOf = (n: number): string => `Where is passage ${n}?`;
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
    await mkdir(at.source, { recursive: true });
    await using queue = await openQueue(replica, queries, dir);
    const kept = await keepAnswers(replica, queries, at.answers);
    if (damage === undefined) await deliver(at.source, [recordOf("new-1"), recordOf("new-2")]);
    else await damage(at);
    // Before anything is written: answers are made anew from what the replica finds.
    const cache = await kept.compare();
    const ingested = await queue.measure();
    return { ...ingested, ...cache, spokeAt: new Map([...ingested.spokeAt, ...cache.spokeAt]) };
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

/** Four documents for each of the questions that the ingestion knows, nearer to it than its passage. */
export async function crowdQuestions(source: string): Promise<void> {
  const texts = Array.from({ length: QUESTIONS }, (_, n) => [1, 2, 3, 4].map((copy) => `${questionOf(n)} No ${copy}.`));
  await deliver(
    source,
    texts.flat().map((text, n) => ({ ...recordOf(`note-${n}`), text })),
  );
}

/** A hold whose producer died a minute ago. */
export async function holdWithNobody(source: string): Promise<void> {
  const [file, before] = [join(source, ".hold"), new Date(Date.now() - 60_000)];
  await writeFile(file, "");
  await utimes(file, before, before);
}

/** Every question lies a little beside its passage, and what begins with it lies where it does. */
function questionsAbout({ records }: VectorReplica, queries: readonly Float32Array[]) {
  const living = [...Array(records.count()).keys()].filter((row) => !records.removed.has(row)).slice(0, QUESTIONS);
  const near = living.map((row, n) =>
    Float32Array.from(records.vectorOf(row), (part, i) => part + (queries[n]?.[i] ?? 0) / 5),
  );
  return {
    asked: living.map((row, n) => ({ question: questionOf(n), passage: records.idOf(row) ?? "" })),
    near,
    embed: async (texts: readonly string[]) => ({
      model: "m",
      vectors: texts.map((text, n) => {
        const known = /passage (\d+)\?/.exec(text)?.[1];
        return [...((known === undefined ? queries.at(-1 - n) : near[Number(known)]) ?? [])];
      }),
    }),
  };
}

/** A real ingestion that has asked its questions once; takes what lies in the source, looked at as by the healer. */
async function openQueue(replica: VectorReplica, queries: readonly Float32Array[], dir: string) {
  const registry = new Registry();
  const parts = { replica, registry: new Registry(), tracer: NO_TRACER, log: quiet };
  const app = createVectorApp({ ...parts, principals: {}, writers: { it: TOKEN }, recorders: null });
  const server = await listen(app, 0);
  let now = Date.now();
  const { asked, near, embed } = questionsAbout(replica, queries);
  const ingestion = openIngestion({
    dir: join(dir, "ingestion"),
    sourcesDir: join(dir, "sources"),
    freshWithinMs: FRESH_WITHIN_MS,
    roomBytes: Infinity,
    doors: {
      ...openDoors({ embedderPort: 1, vectorPorts: [server.port], token: TOKEN }),
      embed,
    },
    questions: asked,
    teller: TELLS_NOBODY,
    metrics: createIngestionMetrics(registry, () => 0),
    now: () => now,
    log: quiet,
    onArrival: () => undefined,
  });
  await ingestion.turn();
  const scope = { service: "ingestion", replica: "ingestion" };
  const look = async (): Promise<Observation> => {
    now += NUMBERS.look.ingestionMs;
    await ingestion.turn();
    // As it comes over HTTP.
    const view = readIngestion(JSON.parse(JSON.stringify(ingestion.view())) as unknown);
    if (view === null) throw new Error("the healer cannot read what the ingestion says of itself");
    return { kind: "ingestion", at: now, scope, view };
  };
  return {
    async measure() {
      const spokeAt = await spokeOver(ingestionDetector, look, LOOKS);
      const counted = await registry.getSingleMetric("ingestion_failures_total")?.get();
      const failures = (kind: string): number =>
        (counted?.values ?? [])
          .filter(({ labels }) => labels["kind"] === kind)
          .reduce((sum, { value }) => sum + value, 0);
      const queueAgeS = ingestion.view().lagMs / 1000;
      const answers = await Promise.all(near.map((vector) => replica.search(vector, HITS)));
      const found = asked.map(({ passage }, n) => answers[n]?.some(({ id }) => id === passage) === true);
      const [schema, quality] = [failures("schema"), failures("quality")];
      return { schema, quality, queueAgeS, questionsFound: shareIn(found), spokeAt };
    },
    async [Symbol.asyncDispose]() {
      ingestion.close();
      await server.close();
    },
  };
}
