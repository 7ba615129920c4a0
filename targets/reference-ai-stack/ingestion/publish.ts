// Publishes one batch: reads and checks all of it before anything is written, then embeds a few documents at once and
// writes them one after the other, and keeps what stood before each. Doing it again changes nothing.
import type { Outcome, StoredDocument } from "./answers.ts";
import type { Doors } from "./doors.ts";
import type { Intake } from "./intake.ts";
import type { Batch, Ledger } from "./ledger.ts";
import type { Cut, Embedded, EmbedAhead } from "./embed-ahead.ts";
import { passagesOf } from "./passages.ts";
import { MOST_PASSAGES } from "../common/document-limits.ts";
import { BatchFailure, readBatch, SCHEMA_VERSION, suspicionOf, type Line } from "./records.ts";
import type { Shelve } from "./shelf.ts";

export interface PublishParts {
  readonly ledger: Ledger;
  readonly intake: Pick<Intake, "content">;
  readonly doors: Doors;
  readonly embedAhead: EmbedAhead;
  readonly shelve: Shelve;
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
  { ledger, intake, doors, embedAhead }: PublishParts,
): Promise<Published | null> {
  const { mapping } = ledger.source(batch.source);
  const cuts: Cut[] = [];
  for (const found of readBatch(intake.content(batch), batch.dead, mapping)) {
    if (found instanceof BatchFailure) throw found;
    cuts.push(cut(found));
  }
  const isWanted = (): boolean => ledger.get(batch.seq)?.state === "queued";
  let stale = 0;
  for (const [n, one] of cuts.entries()) {
    const embedded = await embedAhead.first([one, ...cuts.slice(n + 1)], batch);
    if (!isWanted()) return calledOff(batch, ledger);
    if ((await writeLine(one, embedded, batch, { ledger, doors })) === "stale") stale += 1;
  }
  if (!isWanted()) return calledOff(batch, ledger);
  ledger.setSuspect(batch.seq, suspicionOf(cuts));
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
): Promise<Outcome> {
  const { id: document, version, tags } = record;
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
  return doors.write(document, write, line);
}

/**
 * Takes back what a batch has changed, as far as nothing newer stands there by now. Doing it again changes nothing. No
 * text that the vector store will never take holds the queue: it goes to the shelf, and what the batch wrote is
 * removed.
 */
export async function takeBack(
  batch: Batch,
  { ledger, doors, shelve }: Pick<PublishParts, "ledger" | "doors" | "shelve">,
): Promise<number> {
  const changes = ledger.changesOf(batch.seq);
  for (const { document, version, before } of changes) {
    const none = { ...NOTHING, source: batch.source, batch: batch.batch };
    const stood = before === null ? none : (JSON.parse(before) as StoredDocument);
    const refusal = await refusalOf(doors.write(document, { ...writable(stood), over: version }, 0));
    if (refusal === null) continue;
    shelve(batch, { document, version, reason: refusal.message, text: before ?? "" });
    // What an earlier version of the batch took the place of is found by the version that stood.
    await refusalOf(doors.write(document, { ...none, version: stood.version, over: version }, 0));
  }
  ledger.setState(batch.seq, "rolled-back");
  return changes.length;
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
