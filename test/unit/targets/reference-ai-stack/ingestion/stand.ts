// An ingestion over two real vector replicas, with an embedder that makes vectors of texts' digests.
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { onTestFinished } from "vitest";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { listen } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import type { GoldenQuestion } from "../../../../../targets/reference-ai-stack/corpus/golden.ts";
import { openDoors, type Doors } from "../../../../../targets/reference-ai-stack/ingestion/doors.ts";
import { openIngestion } from "../../../../../targets/reference-ai-stack/ingestion/ingestion.ts";
import type { Ingestion } from "../../../../../targets/reference-ai-stack/ingestion/nouns.ts";
import { TELLS_NOBODY, type GatewayTeller } from "../../../../../targets/reference-ai-stack/ingestion/tell-gateway.ts";
import { createIngestionMetrics } from "../../../../../targets/reference-ai-stack/ingestion/metrics.ts";
import { createVectorApp } from "../../../../../targets/reference-ai-stack/vector/app.ts";
import { filesIn } from "../../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder } from "../../../../../targets/reference-ai-stack/vector/snapshot.ts";

export const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const token = "a-token-of-the-test";

export interface Stand {
  readonly replicas: readonly VectorReplica[];
  /** Where they listen. */
  readonly ports: readonly number[];
  readonly dir: string;
  /** What the ingestion of now has counted. */
  readonly metrics: Registry;
  /** The ingestion of now. */
  readonly ingestion: () => Ingestion;
  /**
   * Ends it where it is and opens another one over the same files; `doors`: as they are for that one; `teller`: whom it
   * tells what it writes; `questions`: what it asks again of what was published, nothing when absent.
   */
  readonly again: (
    doors?: (doors: Doors) => Doors,
    teller?: GatewayTeller,
    questions?: readonly GoldenQuestion[],
  ) => Ingestion;
  /** Puts a file into a source as a producer does. */
  readonly deliver: (source: string, batch: string, ...lines: readonly (string | object)[]) => void;
  /** What a search finds under the id at each replica. */
  readonly texts: (id: string) => Promise<readonly (string | undefined)[]>;
  /** Turns until nothing waits in the queue: on a busy machine a replica may answer too late, and is asked again. */
  readonly settle: () => Promise<void>;
  /** Moves the clock on, ms. */
  readonly pass: (ms: number) => void;
}

export function record(id: string, text: string, version = 1, more: object = {}): object {
  return { schema: 1, id, title: id, text, version, tags: ["public"], ...more };
}

/** Of no unit length. */
export function vectorOf(text: string): Float32Array {
  const seed = createHash("sha256").update(text).digest().readUInt32LE(0) / 1e9;
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((seed + 1) * (i + 1)));
}

/**
 * Ends with the test. `freshWithinMs`: so long a user waits, by the clock on the wall; `roomBytes`: so much the
 * ingestion's folder holds.
 */
export async function openStand(freshWithinMs = 60_000, roomBytes = Infinity): Promise<Stand> {
  const dir = await mkdtemp(join(tmpdir(), "ingestion-"));
  const replicas: VectorReplica[] = [];
  const ports: number[] = [];
  for (const name of ["vector-1", "vector-2"]) {
    const { replica, server } = await startReplica(join(dir, name));
    replicas.push(replica);
    ports.push(server.port);
    onTestFinished(async () => {
      await server.close();
      replica.records.close();
      await rm(dir, { recursive: true, force: true });
    });
  }
  const real = openDoors({ embedderPort: 1, vectorPorts: ports, token });
  let at = 1_700_000_000_000;
  let now: Ingestion | undefined;
  const metrics = new Registry();
  const again: Stand["again"] = (wrap = (doors) => doors, teller = TELLS_NOBODY, questions = []) => {
    now?.close();
    metrics.clear();
    now = openIngestion({
      dir: join(dir, "ingestion"),
      sourcesDir: join(dir, "sources"),
      freshWithinMs,
      roomBytes,
      doors: wrap({ ...real, embed }),
      questions,
      teller,
      metrics: createIngestionMetrics(metrics, () => 0),
      now: () => at,
      log: quiet,
      onArrival: () => void now?.turn(),
    });
    return now;
  };
  again();
  onTestFinished(() => now?.close());
  return {
    replicas,
    ports,
    dir,
    metrics,
    ingestion: () => now ?? again(),
    again,
    deliver: (source, batch, ...lines) => deliverInto(join(dir, "sources", source), batch, lines),
    texts: (id) => Promise.all(replicas.map(async (replica) => (await replica.findable(id))?.text)),
    async settle() {
      for (let isOver = false; !isOver; isOver = (now?.view().head ?? null) === null) {
        at += 60_000;
        await now?.turn();
      }
    },
    pass: (ms) => void (at += ms),
  };
}

async function startReplica(folder: string) {
  const files = filesIn(folder);
  await buildIndexFolder(files, "corpus", CORPUS);
  const replica = await openReplica(files);
  const parts = { registry: new Registry(), tracer: NO_TRACER, log: quiet };
  const app = createVectorApp({ replica, principals: {}, writers: { it: token }, recorders: null, ...parts });
  return { replica, server: await listen(app, 0) };
}

const CORPUS = Array.from({ length: 10 }, (_, n) => {
  const text = `corpus text ${n}`;
  return { id: `c#${n}`, title: `c${n}`, text, vector: vectorOf(text) };
});

const embed: Doors["embed"] = async (texts) => ({ model: "m", vectors: texts.map((text) => [...vectorOf(text)]) });

/** As a producer does: whole at once. */
function deliverInto(folder: string, batch: string, lines: readonly (string | object)[]): void {
  mkdirSync(folder, { recursive: true });
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  writeFileSync(join(folder, `.${batch}`), text);
  renameSync(join(folder, `.${batch}`), join(folder, batch));
}
