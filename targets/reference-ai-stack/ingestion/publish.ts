// Publishes one batch: reads and checks all of it before anything is written, then embeds and writes document after
// document, and keeps what stood before each. Doing it again changes nothing.
import type { Doors, StoredDocument } from "./doors.ts";
import type { Intake } from "./intake.ts";
import type { Batch, Ledger } from "./ledger.ts";
import { embeddingText, MOST_PASSAGES, passagesOf } from "./passages.ts";
import { BatchFailure, readBatch, SCHEMA_VERSION, suspicionOf, type Line } from "./records.ts";

export interface PublishParts {
  readonly ledger: Ledger;
  readonly intake: Pick<Intake, "content">;
  readonly doors: Doors;
}

/** Rejects with {@link BatchFailure}; what was written by then is written again the next time, and changes nothing. */
export async function publish(
  batch: Batch,
  { ledger, intake, doors }: PublishParts,
): Promise<{ readonly documents: number }> {
  const { mapping } = ledger.source(batch.source);
  const lines: Line[] = [];
  for (const found of readBatch(intake.content(batch), batch.dead, mapping)) {
    if (found instanceof BatchFailure) throw found;
    lines.push(found);
  }
  for (const line of lines) await publishLine(line, batch, { ledger, doors });
  ledger.setSuspect(batch.seq, suspicionOf(lines));
  ledger.setState(batch.seq, "published");
  return { documents: lines.length };
}

async function publishLine(
  { line, record }: Line,
  { seq, source, batch }: Batch,
  { ledger, doors }: Pick<PublishParts, "ledger" | "doors">,
): Promise<void> {
  const passages = passagesOf(record);
  if (passages.length > MOST_PASSAGES) {
    throw new BatchFailure("quality", line, `line ${line}: ${passages.length} passages, at most ${MOST_PASSAGES}`);
  }
  const { id: document, version, tags } = record;
  const texts = passages.map(embeddingText);
  const { model, vectors } = texts.length === 0 ? { model: "none", vectors: [] } : await doors.embed(texts, line);
  const before = await doors.read(document, line);
  // What is there already was written by this batch before it was interrupted, perhaps not everywhere, or is newer.
  if (before === null || before.version < version) {
    ledger.keepChange(seq, { document, version, before: before === null ? null : JSON.stringify(before) });
  }
  const write: StoredDocument = {
    version,
    source,
    batch,
    schema: SCHEMA_VERSION,
    model,
    tags,
    passages: passages.map((passage, n) => ({ ...passage, vector: vectors[n] ?? [] })),
  };
  await doors.write(document, write, line);
}

/**
 * Takes back what a batch has changed, as far as nothing newer stands there by now. Doing it again changes nothing.
 */
export async function takeBack(
  batch: Batch,
  { ledger, doors }: Pick<PublishParts, "ledger" | "doors">,
): Promise<number> {
  const changes = ledger.changesOf(batch.seq);
  for (const { document, version, before } of changes) {
    const stood =
      before === null
        ? { ...NOTHING, source: batch.source, batch: batch.batch }
        : (JSON.parse(before) as StoredDocument);
    await doors.write(document, { ...writable(stood), over: version }, 0);
  }
  ledger.setState(batch.seq, "rolled-back");
  return changes.length;
}

const NOTHING: StoredDocument = { version: 0, source: "", batch: "", schema: 0, model: "none", tags: [], passages: [] };

function writable({ version, source, batch, schema, model, tags, passages }: StoredDocument): StoredDocument {
  return { version, source, batch, schema, model, tags, passages };
}
