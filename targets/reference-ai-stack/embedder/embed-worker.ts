// One thread of the embedding pool: gets a batch of texts, answers with their vectors.
import { parentPort, workerData } from "node:worker_threads";
import type { EmbeddedText } from "./kept-vectors.ts";
import { loadEmbedder } from "./model.ts";

/** Where the model's files lie; absent: in its package. */
export interface WorkerData {
  readonly folder?: string;
}

export interface BatchRequest {
  readonly texts: readonly string[];
}

export type BatchAnswer = { readonly embedded: readonly EmbeddedText[] } | { readonly error: string };

const port = parentPort;
if (port === null) throw new Error("embed-worker runs as a worker thread only");
const embedder = loadEmbedder((workerData as WorkerData | null)?.folder);
port.on("message", (request: BatchRequest) => {
  embedder
    .then((model) => model.embed(request.texts))
    .then((embedded): BatchAnswer => ({ embedded }))
    .catch((error: unknown): BatchAnswer => ({ error: error instanceof Error ? error.message : String(error) }))
    .then((answer) => port.postMessage(answer))
    .catch(() => process.exit(1));
});
