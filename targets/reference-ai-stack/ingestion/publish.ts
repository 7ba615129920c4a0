// Publishes one batch: reads and checks all of it before anything is written, then embeds a few documents at once and
// writes them one after the other, and keeps what stood before each. Doing it again changes nothing.
import type { Outcome, StoredDocument } from "./answers.ts";
import type { Doors } from "./doors.ts";
import type { Intake } from "./intake.ts";
import type { Batch, Ledger } from "./ledger.ts";
import type { Change, Stood } from "./ledger-nouns.ts";
import type { Cut, Embedded, EmbedAhead } from "./embed-ahead.ts";
import { passageId } from "../common/passage-ids.ts";
import { passagesOf } from "./passages.ts";
import { MOST_PASSAGES } from "../common/document-limits.ts";
import { BatchFailure, readBatch, SCHEMA_VERSION, type Line } from "./records.ts";
import type { Shelve } from "./shelf.ts";
import type { Crowding, Written } from "./crowding.ts";
import type { Said, Suspicion } from "./suspicion.ts";

export interface PublishParts {
  readonly ledger: Ledger;
  readonly intake: Pick<Intake, "content">;
  readonly doors: Doors;
  readonly embedAhead: EmbedAhead;
  readonly shelve: Shelve;
  readonly suspicion: Suspicion;
  readonly crowding: Crowding;
  /** ms since 1970. */
  readonly now: () => number;
}

export interface Published {
  /** Documents that say now what the batch says. */
  readonly documents: number;
  /** Those of which a newer version stood there, and stays. */
  readonly stale: number;
}

/**
 * Null: it was called back or put in quarantine meanwhile, and what was written of it by then is to be taken back.
 * Rejects with {@link BatchFailure}; what was written by then is written again the next time, and changes nothing.
 */
export async function publish(
  batch: Batch,
  { ledger, intake, doors, embedAhead, shelve, suspicion, crowding, now }: PublishParts,
): Promise<Published | null> {
  const { mapping } = ledger.source(batch.source);
  const cuts: Cut[] = [];
  for (const found of readBatch(intake.content(batch), batch.dead, mapping)) {
    if (found instanceof BatchFailure) throw found;
    cuts.push(cut(found));
  }
  const isWanted = (): boolean => ledger.get(batch.seq)?.state === "queued";
  let stale = 0;
  const said: Said[] = [];
  const written: Written[] = [];
  for (const [n, one] of cuts.entries()) {
    const embedded = await embedAhead.first([one, ...cuts.slice(n + 1)], batch);
    if (!isWanted()) return calledOff(batch, ledger);
    const { outcome, before } = await writeLine(one, embedded, batch, { ledger, doors });
    if (outcome === "stale") stale += 1;
    said.push({ ...one, before });
    if (outcome !== "stale") written.push({ document: one.record.id, vectors: embedded.vectors });
  }
  if (!isWanted()) return calledOff(batch, ledger);
  await giveStraysBack(batch, cuts, { ledger, doors, shelve });
  if (!isWanted()) return calledOff(batch, ledger);
  // Before it counts as published, so that none is missed where the process ends in between.
  const suspects = [...suspicion.after(batch, said, now()), ...crowding.after(batch, written)];
  for (const { seq, says } of suspects) ledger.setSuspect(seq, says);
  ledger.setState(batch.seq, "published");
  return { documents: cuts.length - stale, stale };
}

/** In quarantine, too, nothing of it may be found. */
function calledOff({ seq }: Batch, ledger: Ledger): null {
  const isPartlyThere = ledger.get(seq)?.state === "quarantined" && ledger.changesOf(seq).length > 0;
  if (isPartlyThere) ledger.setState(seq, "rolling-back");
  return null;
}

function cut({ line, record }: Line): Cut {
  const passages = passagesOf(record);
  if (passages.length <= MOST_PASSAGES) return { line, record, passages };
  throw new BatchFailure("quality", line, `line ${line}: ${passages.length} passages, at most ${MOST_PASSAGES}`);
}

async function writeLine(
  { line, record, passages }: Cut,
  { model, vectors }: Embedded,
  { seq, source, batch }: Batch,
  { ledger, doors }: Pick<PublishParts, "ledger" | "doors">,
): Promise<{ readonly outcome: Outcome; readonly before: string | null }> {
  const { id: document, version, tags } = record;
  const before = await doors.read(document, line);
  ledger.beginWrite(seq, { document, version }, before === null ? null : stoodOf(before));
  const write: StoredDocument = {
    version,
    source,
    batch,
    schema: SCHEMA_VERSION,
    model,
    tags,
    passages: passages.map((passage, n) => ({ ...passage, vector: vectors[n] ?? [] })),
  };
  const outcome = await doors.write(document, write, line);
  // The vector store gives back neither this nor a document that is deleted, and either may be what is to stand again.
  if (outcome !== "stored" || passages.length === 0) {
    ledger.keepBody(seq, { document, version }, stoodOf(write).body);
  }
  return { outcome, before: before?.version === version ? stoodBefore(seq, document, ledger) : textOf(before) };
}

/** Where the batch had written it before it was interrupted. */
function stoodBefore(seq: number, document: string, ledger: Ledger): string | null {
  const greatest = ledger.greatest(document, seq);
  return greatest === undefined ? null : textOf(documentOf(document, greatest));
}

function textOf(document: StoredDocument | null): string | null {
  return document === null ? null : document.passages.map(({ text }) => text).join("\n\n");
}

/**
 * Takes back what a batch has brought: of each document the greatest version stands again that is published and was not
 * taken back, whatever came or went in between. Doing it again changes nothing.
 */
export async function takeBack(batch: Batch, parts: BackParts): Promise<number> {
  const changes = parts.ledger.changesOf(batch.seq);
  const shelved = new Set<string>();
  for (const change of changes) {
    const shelve: Shelve = (...letter) => {
      // Of each document what is to stand again is one text, whatever versions the batch had brought.
      if (!shelved.has(change.document)) parts.shelve(...letter);
      shelved.add(change.document);
    };
    await giveBack(batch, change, { ...parts, shelve });
  }
  parts.ledger.tookBack(batch.seq);
  return changes.length;
}

type BackParts = Pick<PublishParts, "ledger" | "doors" | "shelve">;

/** A line that was left out may have been written by then, perhaps not everywhere. */
async function giveStraysBack(batch: Batch, cuts: readonly Cut[], parts: BackParts): Promise<void> {
  const brought = new Set(cuts.map(({ record: { id, version } }) => JSON.stringify([id, version])));
  for (const change of parts.ledger.changesOf(batch.seq)) {
    if (brought.has(JSON.stringify([change.document, change.version]))) continue;
    await giveBack(batch, change, parts);
    parts.ledger.forgetChange(batch.seq, change);
  }
}

/**
 * No text that the vector store will never take holds the queue: it goes to the shelf, and what the batch wrote is
 * removed.
 */
async function giveBack(batch: Batch, change: Change, { ledger, doors, shelve }: BackParts): Promise<void> {
  const { document, version } = change;
  const greatest = ledger.greatest(document, batch.seq);
  // Another batch has brought the same, and what stands there is as it says.
  if (greatest?.version !== version && ledger.isSaid(change, batch.seq)) return;
  const none = { ...NOTHING, source: batch.source, batch: batch.batch };
  const stood = greatest === undefined ? none : documentOf(document, greatest);
  const refusal = await refusalOf(doors.write(document, { ...writable(stood), over: version }, 0));
  if (refusal === null) return;
  shelve(batch, { document, version, reason: refusal.message, text: greatest?.body ?? "" });
  // What an earlier version of the batch took the place of is found by the version that stood.
  await refusalOf(doors.write(document, { ...none, version: stood.version, over: version }, 0));
}

function stoodOf(document: StoredDocument): Stood {
  const { version, source, batch } = document;
  return { version, source, batch, body: JSON.stringify(document) };
}

/** Its passages as they are named now: an earlier build may have kept it. */
function documentOf(document: string, { body, source, batch }: Stood): StoredDocument {
  const kept = JSON.parse(body) as StoredDocument;
  const passages = kept.passages.map((passage, n) => ({ ...passage, id: passageId(document, n) }));
  return { ...kept, source, batch, passages };
}

/** Null: it was written. Rejects where it may be written later. */
async function refusalOf(write: Promise<unknown>): Promise<BatchFailure | null> {
  try {
    await write;
    return null;
  } catch (error) {
    if (error instanceof BatchFailure && error.kind === "refused") return error;
    throw error;
  }
}

const NOTHING: StoredDocument = { version: 0, source: "", batch: "", schema: 0, model: "none", tags: [], passages: [] };

function writable({ version, source, batch, schema, model, tags, passages }: StoredDocument): StoredDocument {
  return { version, source, batch, schema, model, tags, passages };
}
