// Vectors for documents, several by one call: those that are due, and with them those that wait behind in the queue, so
// that many small batches cost no more calls than a few large ones.
import type { Doors } from "./doors.ts";
import type { Intake } from "./intake.ts";
import type { Batch, Ledger } from "./ledger.ts";
import { embeddingText, passagesOf } from "./passages.ts";
import { MOST_PASSAGES } from "../common/document-limits.ts";
import { BatchFailure, readBatch, type Line } from "./records.ts";

/**
 * Documents that are embedded by one call at first. Measured on texts of 40 words: 56 ms of a processor each alone, 31
 * ms by four, and no less by 8, 16 or 32, while who asks a question waits behind the call. Where a call itself takes
 * long, more by one call are more in a second.
 */
export const FEWEST_AT_ONCE = 4;
/** At most: a question waits half a second behind as many. */
export const MOST_AT_ONCE = 16;
/** Vectors that are held for documents that are not due yet. */
const MOST_HELD = 128;

/** A line's document, cut into passages. */
export interface Cut extends Line {
  readonly passages: ReturnType<typeof passagesOf>;
}

/** The vectors of a document's passages, in their order. */
export interface Embedded {
  readonly model: string;
  readonly vectors: readonly (readonly number[])[];
}

interface Parts {
  readonly doors: Pick<Doors, "embed">;
  readonly ledger: Pick<Ledger, "batches" | "source">;
  readonly intake: Pick<Intake, "content">;
  /** Documents by one call, asked before each. */
  readonly atOnce: () => number;
}

export interface EmbedAhead {
  /**
   * Vectors of the first of `due`; those after it, and those of batches behind `batch`, are embedded by the same call.
   * Rejects with {@link BatchFailure}.
   */
  readonly first: (due: readonly [Cut, ...Cut[]], batch: Batch) => Promise<Embedded>;
}

export function openEmbedAhead({ doors, ledger, intake, atOnce }: Parts): EmbedAhead {
  /** All of one model: a document has the vectors of one. */
  const held = new Map<string, readonly number[]>();
  let ofModel = "none";
  const missing = (texts: readonly string[]): readonly string[] => texts.filter((text) => !held.has(text));
  const ask = async (texts: readonly string[], line: number): Promise<void> => {
    const { model, vectors } = await doors.embed(texts, line);
    if (model !== ofModel) held.clear();
    ofModel = model;
    for (const [n, text] of texts.entries()) {
      const vector = vectors[n];
      if (vector === undefined) throw new BatchFailure("unreachable", 0, `the embedder gave no vector for text ${n}`);
      held.set(text, vector);
    }
  };
  return {
    async first([one, ...others], batch) {
      const own = textsOf(one);
      if (missing(own).length > 0) {
        const more = function* (): Generator<Cut> {
          yield* others;
          yield* behind(batch, { ledger, intake });
        };
        const texts = missing(filledUp(one, more(), atOnce()));
        const isAlone = texts.length === missing(own).length;
        try {
          await ask(texts, isAlone ? one.line : 0);
        } catch (error) {
          // Which of them it is that the embedder will never take, or not in time, shows when each is asked for alone.
          if (isAlone) throw error;
          await ask(missing(own), one.line);
        }
        // Those that were at hand were another model's.
        if (missing(own).length > 0) await ask(own, one.line);
      }
      const vectors = own.map((text) => held.get(text) ?? []);
      for (const text of own) held.delete(text);
      // The oldest may be of a batch that was called back.
      for (const text of [...held.keys()].slice(0, -MOST_HELD)) held.delete(text);
      return { model: own.length === 0 ? "none" : ofModel, vectors };
    },
  };
}

function textsOf({ passages }: Cut): readonly string[] {
  return passages.map(embeddingText);
}

/** Texts of so many documents, and of no more passages than one document may have; none twice. */
function filledUp(one: Cut, more: Iterable<Cut>, documents: number): readonly string[] {
  const texts = new Set(textsOf(one));
  let count = 1;
  if (count >= documents) return [...texts];
  for (const next of more) {
    if (texts.size + next.passages.length > MOST_PASSAGES) break;
    for (const text of textsOf(next)) texts.add(text);
    count += 1;
    if (count >= documents) break;
  }
  return [...texts];
}

/** Documents that wait behind a batch, as far as they can be read. */
function* behind({ seq }: Batch, { ledger, intake }: Pick<Parts, "ledger" | "intake">): Generator<Cut> {
  for (const batch of ledger.batches("queued").filter((next) => next.seq > seq)) {
    const { mapping } = ledger.source(batch.source);
    for (const found of readBatch(intake.content(batch), batch.dead, mapping)) {
      if (!(found instanceof BatchFailure)) yield { ...found, passages: passagesOf(found.record) };
    }
  }
}
