// Embeds many texts once: what the cache lacks is computed on all cores, in batches, and stored as it comes, so that an
// interrupted run goes on where it stopped.
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { EmbeddingCache } from "./cache.ts";
import type { EmbeddedText } from "./kept-vectors.ts";
import type { BatchAnswer, BatchRequest } from "./embed-worker.ts";

/** Texts per message: large enough to keep a worker busy, small enough for progress lines and a tight end. */
const BATCH = 20;
const MAX_WORKERS = 8;

export type OnProgress = (done: number, total: number) => void;

/** Fills the cache with every text. Needs the compiled worker beside this module. Throws when a worker fails. */
export async function embedAll(texts: readonly string[], cache: EmbeddingCache, onProgress: OnProgress): Promise<void> {
  const missing = texts.filter((text) => cache.get(text) === undefined);
  let done = texts.length - missing.length;
  if (missing.length === 0) return;
  onProgress(done, texts.length);
  // Similar lengths share a batch: the model's time goes by the longest text in it.
  missing.sort((a, b) => b.length - a.length);
  const batches: string[][] = [];
  for (let from = 0; from < missing.length; from += BATCH) batches.push(missing.slice(from, from + BATCH));

  const count = Math.min(MAX_WORKERS, availableParallelism(), batches.length);
  const runWorker = async (): Promise<void> => {
    const worker = new Worker(new URL("./embed-worker.js", import.meta.url));
    const exit = new AbortController();
    worker.once("exit", () => exit.abort(new Error("an embedding worker ended early")));
    try {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        const vectors = await askWorker(worker, { texts: batch }, exit.signal);
        cache.put(batch.map((text, i) => [text, present(vectors[i])] as const));
        done += batch.length;
        onProgress(done, texts.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: count }, runWorker));
}

async function askWorker(worker: Worker, request: BatchRequest, signal: AbortSignal): Promise<readonly EmbeddedText[]> {
  worker.postMessage(request);
  const [answer] = (await once(worker, "message", { signal })) as [BatchAnswer];
  if ("error" in answer) throw new Error(`embedding failed: ${answer.error}`);
  return answer.embedded;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the model returned fewer vectors than texts");
  return value;
}
