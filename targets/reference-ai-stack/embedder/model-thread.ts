// The model in a thread of its own: loading it takes a second of a core and every new text some 20 ms, and users whose
// texts are in the cache must not wait behind that.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { BatchAnswer, BatchRequest, WorkerData } from "./embed-worker.ts";
import type { Embedder } from "./model.ts";

/** A model that can be put away. */
export interface ModelThread extends Embedder {
  /** Ends the thread once what it was asked is answered. */
  end(): Promise<void>;
}

/**
 * Starts the thread and resolves once it has embedded a first text. `folder`: where the model's files lie; absent: in
 * the package. Rejects when the model cannot be loaded; needs the compiled worker.
 */
export async function startModelThread(folder?: string): Promise<ModelThread> {
  const workerData: WorkerData = folder === undefined ? {} : { folder };
  const worker = new Worker(new URL("./embed-worker.js", import.meta.url), { workerData });
  worker.unref();
  const ended = new AbortController();
  worker.once("exit", () => ended.abort(new Error("the thread of the model ended")));
  worker.once("error", (error) => ended.abort(error));
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (texts: readonly string[]): Promise<Awaited<ReturnType<Embedder["embed"]>>> => {
    ended.signal.throwIfAborted();
    const answered = once(worker, "message", { signal: ended.signal });
    worker.postMessage({ texts } satisfies BatchRequest);
    const [answer] = (await answered) as [BatchAnswer];
    if ("error" in answer) throw new Error(`embedding failed: ${answer.error}`);
    return answer.embedded;
  };
  const embedder: ModelThread = {
    // One batch after the other: an answer does not say to which question it belongs.
    embed: (texts) => {
      const mine = last.then(() => ask(texts));
      last = mine.catch(() => undefined);
      return mine;
    },
    async end() {
      await last;
      await worker.terminate();
    },
  };
  try {
    await embedder.embed(["ready"]);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return embedder;
}
