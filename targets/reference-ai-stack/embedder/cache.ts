// Embeddings by content hash, in SQLite below the cache folder and in memory: the same text is never computed twice on
// a machine.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { DatabaseSync } from "@photostructure/sqlite";
import { inTransaction } from "../common/in-transaction.ts";
import { truncateInput } from "./input.ts";
import { keepInMemory, type EmbeddedText, type KeptVectors } from "./kept-vectors.ts";

/** Name that manifests carry, and the API while this one answers; the model whose vectors are at hand at the start. */
export const MODEL_ID = "universal-sentence-encoder-lite-en-0.2.0";
export const DIMENSIONS = 512;

/** Rows kept on disk; 2 kB each. Beyond it new texts are computed and held in memory only. */
const MAX_STORED = 50_000;
/** Texts held in memory. */
const MAX_IN_MEMORY = 5_000;

export interface EmbeddingCache {
  /** `model`: whose vector it is to be, `MODEL_ID` when absent; a name is part of every key. */
  readonly get: (text: string, model?: string) => EmbeddedText | undefined;
  /** Stores all or nothing; a text that is there stays as it is. */
  readonly put: (entries: readonly (readonly [text: string, embedded: EmbeddedText])[], model?: string) => void;
  /** Forgets what is at hand, and how many texts that were; what lies on the disk stays. */
  readonly clear: () => number;
  /** Texts that are at hand. */
  readonly count: () => number;
  readonly close: () => void;
}

/** The cache file of the current model below `cacheDir`. */
function embeddingCacheFile(cacheDir: string): string {
  return join(cacheDir, "embeddings", `${MODEL_ID}.db`);
}

/**
 * Opens the cache to fill it, making folder and table when missing. Several processes may have it open; writers wait
 * for each other. A rollback journal, since a write-ahead log leaves files beside the database when a reader is killed.
 */
export function openEmbeddingCache(cacheDir: string): EmbeddingCache {
  mkdirSync(join(cacheDir, "embeddings"), { recursive: true });
  const db = new DatabaseSync(embeddingCacheFile(cacheDir), { timeout: 10_000 });
  db.exec("PRAGMA journal_mode = DELETE");
  db.exec(
    "CREATE TABLE IF NOT EXISTS embeddings (key BLOB PRIMARY KEY, tokens INTEGER NOT NULL, vector BLOB NOT NULL)",
  );
  return cacheOver(db, "writable", inMemory());
}

/** What a process has at hand of all that it was asked, unless somebody says otherwise. */
function inMemory(): KeptVectors {
  return keepInMemory(MAX_IN_MEMORY, () => performance.now());
}

/**
 * Opens what is there for reading; new texts are in `kept` only. A running stack leaves the cache folder as it found
 * it.
 */
export function readEmbeddingCache(cacheDir: string, kept: KeptVectors = inMemory()): EmbeddingCache {
  const file = embeddingCacheFile(cacheDir);
  // Never prepared: an empty one is as good.
  if (!existsSync(file)) openEmbeddingCache(cacheDir).close();
  return cacheOver(new DatabaseSync(file, { readOnly: true, timeout: 10_000 }), "read-only", kept);
}

function cacheOver(
  db: InstanceType<typeof DatabaseSync>,
  mode: "writable" | "read-only",
  kept: KeptVectors,
): EmbeddingCache {
  const select = db.prepare("SELECT tokens, vector FROM embeddings WHERE key = ?");
  const insert = db.prepare("INSERT OR IGNORE INTO embeddings (key, tokens, vector) VALUES (?, ?, ?)");
  const count = db.prepare("SELECT count(*) AS n FROM embeddings");
  return {
    get: (text, model) => {
      const key = cacheKey(text, model);
      const known = kept.get(key.toString("hex"));
      if (known !== undefined) return known;
      const row = select.get(key) as { tokens: number; vector: Uint8Array } | undefined;
      if (row === undefined || row.vector.byteLength !== DIMENSIONS * 4) return undefined;
      const embedded = { vector: floats(row.vector), tokens: row.tokens };
      kept.put(key.toString("hex"), embedded);
      return embedded;
    },
    put: (entries, model) => {
      for (const [text, embedded] of entries) kept.put(cacheKey(text, model).toString("hex"), embedded);
      if (mode === "read-only") return;
      if ((count.get() as { n: number }).n + entries.length > MAX_STORED) return;
      inTransaction(db, () => {
        for (const [text, { vector, tokens }] of entries) insert.run(cacheKey(text, model), tokens, bytes(vector));
      });
    },
    clear: () => kept.clear(),
    count: () => kept.count(),
    close: () => {
      kept.close();
      db.close();
    },
  };
}

/**
 * A vector as the bytes that SQLite and the index file hold (32-bit floats, little-endian on all supported machines).
 */
export function bytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** The reverse of `bytes`; copies, because a blob need not be aligned. */
export function floats(blob: Uint8Array): Float32Array {
  return new Float32Array(blob.slice().buffer);
}

function cacheKey(text: string, model: string = MODEL_ID): Buffer {
  return createHash("sha256")
    .update(`${model}\0${truncateInput(text)}`)
    .digest();
}
