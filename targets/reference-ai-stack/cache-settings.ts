// Which caches the stack keeps beside its models, out of the environment; a part of config.ts.
import { join } from "node:path";
import { readChoice, type Environment } from "./variables.ts";

export interface CacheSettings {
  /** True: the gateway keeps answers (`STACK_CACHES=answers`). */
  readonly answers: boolean;
  /** True: vectors that the embedder has at hand lie in a file (`STACK_CACHES=vectors` or `answers`). */
  readonly vectorsInFile: boolean;
}

export function readCaches(env: Environment): CacheSettings {
  const kept = readChoice(env, "STACK_CACHES", ["usual", "vectors", "answers"]);
  return { answers: kept === "answers", vectorsInFile: kept !== "usual" };
}

/** Rows of the gateway's kept answers, and bytes of each: 2 MiB. */
export const ANSWER_ROWS = { rows: 512, rowBytes: 4096 } as const;

/** Rows of what the embedder has embedded, and bytes of each: a vector of 512 floats; 4 MiB. */
export const VECTOR_ROWS = { rows: 2048, rowBytes: 2048 } as const;

/** Where the gateway keeps answers, below the stack's data folder; the supervisor publishes it. */
export function answerCacheFile(dataDir: string, replica: string): string {
  return join(dataDir, replica, "answer-cache.bin");
}

/** Where the embedder keeps vectors; the supervisor publishes it. */
export function vectorCacheFile(dataDir: string, replica: string): string {
  return join(dataDir, replica, "embedding-cache.bin");
}
