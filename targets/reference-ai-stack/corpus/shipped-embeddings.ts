// The embeddings of the corpus and of the golden questions, checked in, so that a first start computes none of them.
// They hold for one corpus, one set of questions and one model: of any other nothing is taken, and all is computed.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../config.ts";
import { DIMENSIONS, MODEL_ID } from "../embedder/cache.ts";
import type { EmbeddedText } from "../embedder/kept-vectors.ts";
import { normalise } from "../embedder/input.ts";

/** Raise it when the form of the file changes. */
const VERSION = 1;
/** Greatest whole number that a component is written as. */
const MOST = 32_767;
/** Bytes of one text: how many tokens it has (16 bits), its greatest component (32-bit float), its components. */
const RECORD_BYTES = 2 + 4 + 2 * DIMENSIONS;

/** What the embeddings were made of. */
export interface EmbeddingsOf {
  /** See `hashSources`. */
  readonly corpusHash: string;
  /** All texts in their order: passages, then questions. */
  readonly texts: readonly string[];
}

interface Header {
  readonly version: number;
  readonly model: string;
  readonly dimensions: number;
  readonly corpusHash: string;
  readonly textsHash: string;
  readonly count: number;
  /** SHA-256 of all that stands behind the header, hex. */
  readonly sha256: string;
}

/** The embeddings in the order of the texts, or why the file cannot be used. */
export type Shipped =
  | { readonly ok: true; readonly embedded: readonly EmbeddedText[] }
  | { readonly ok: false; readonly reason: string };

/** Where the file lies; among the sources, also when the compiled program reads it. */
export function shippedEmbeddingsFile(): string {
  return join(projectRoot(), "targets/reference-ai-stack/corpus/embeddings.bin");
}

/**
 * The file: a header in JSON, a line end, and a record for each text. A vector is written as 16-bit whole numbers,
 * scaled by its greatest component: what is read again differs from it by less than 1e-9 in its cosine.
 */
export function packEmbeddings(of: EmbeddingsOf, embedded: readonly EmbeddedText[]): Buffer {
  const payload = Buffer.concat(embedded.map(recordOf));
  const header: Header = {
    version: VERSION,
    model: MODEL_ID,
    dimensions: DIMENSIONS,
    corpusHash: of.corpusHash,
    textsHash: hashOf(of.texts.join("\0")),
    count: embedded.length,
    sha256: hashOf(payload),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), payload]);
}

/** Reads the file and checks it against what it should have been made of. Never throws for what is in it. */
export async function readShipped(of: EmbeddingsOf, file: string = shippedEmbeddingsFile()): Promise<Shipped> {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes === undefined ? { ok: false, reason: "there are none" } : unpackEmbeddings(of, bytes);
}

/** The reverse of `packEmbeddings`. */
export function unpackEmbeddings(of: EmbeddingsOf, bytes: Buffer): Shipped {
  const end = bytes.indexOf("\n");
  const header = headerOf(bytes.toString("utf8", 0, Math.max(0, end)));
  const payload = bytes.subarray(end + 1);
  const reason = whyNot(header, payload, of);
  if (reason !== undefined) return { ok: false, reason };
  const embedded = of.texts.map((_, at) => embeddedAt(payload, at * RECORD_BYTES));
  return { ok: true, embedded };
}

function whyNot(header: Partial<Header>, payload: Buffer, of: EmbeddingsOf): string | undefined {
  if (header.version !== VERSION) return "they are of another form";
  if (header.model !== MODEL_ID || header.dimensions !== DIMENSIONS) return "they are of another model";
  if (header.corpusHash !== of.corpusHash) return "they are of another corpus";
  if (header.textsHash !== hashOf(of.texts.join("\0"))) return "they are of other questions";
  const isWhole = header.count === of.texts.length && payload.length === of.texts.length * RECORD_BYTES;
  return isWhole && header.sha256 === hashOf(payload) ? undefined : "the file is damaged";
}

function headerOf(line: string): Partial<Header> {
  try {
    return JSON.parse(line) as Partial<Header>;
  } catch {
    return {};
  }
}

function recordOf({ vector, tokens }: EmbeddedText): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  const greatest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  record.writeUInt16LE(Math.min(tokens, 65_535), 0);
  record.writeFloatLE(greatest, 2);
  for (const [at, value] of vector.entries()) {
    record.writeInt16LE(greatest === 0 ? 0 : Math.round((value / greatest) * MOST), 6 + 2 * at);
  }
  return record;
}

function embeddedAt(payload: Buffer, at: number): EmbeddedText {
  const scale = payload.readFloatLE(at + 2) / MOST;
  const vector = Float32Array.from({ length: DIMENSIONS }, (_, i) => payload.readInt16LE(at + 6 + 2 * i) * scale);
  // Rounded components make a vector that is not quite one long any more.
  return { vector: normalise(vector), tokens: payload.readUInt16LE(at) };
}

function hashOf(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
