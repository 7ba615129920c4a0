// Publishes one batch: reads and checks all of it before anything is written, then embeds a few documents at once and
// writes them one after the other, and keeps what stood before each. Doing it again changes nothing.
import type { Doors, StoredDocument } from "./doors.ts";
import type { Intake } from "./intake.ts";
import type { Batch, Ledger } from "./ledger.ts";
import { embeddingText, MOST_PASSAGES, passagesOf } from "./passages.ts";
import { BatchFailure, readBatch, SCHEMA_VERSION, suspicionOf, type Line } from "./records.ts";

/**
 * Documents that are embedded by one call. Measured on texts of 40 words: 56 ms of a processor each alone, 31 ms by
 * four, and no less by 8, 16 or 32, while who asks a question waits behind the call.
 */
const DOCUMENTS_AT_ONCE = 4;

export interface PublishParts {
  readonly ledger: Ledger;
  readonly intake: Pick<Intake, "content">;
  readonly doors: Doors;
}

/** A line's document, cut into passages. */
interface Cut extends Line {
  readonly passages: ReturnType<typeof passagesOf>;
}

/** Rejects with {@link BatchFailure}; what was written by then is written again the next time, and changes nothing. */
export async function publish(
  batch: Batch,
  { ledger, intake, doors }: PublishParts,
): Promise<{ readonly documents: number }> {
  const { mapping } = ledger.source(batch.source);
  const cuts: Cut[] = [];
  for (const found of readBatch(intake.content(batch), batch.dead, mapping)) {
    if (found instanceof BatchFailure) throw found;
    cuts.push(cut(found));
  }
  for (const group of groupsOf(cuts, DOCUMENTS_AT_ONCE)) {
    const embedded = await embedGroup(group, doors);
    for (const [n, one] of group.entries()) await writeLine(one, embedded[n], batch, { ledger, doors });
  }
  ledger.setSuspect(batch.seq, suspicionOf(cuts));
  ledger.setState(batch.seq, "published");
  return { documents: cuts.length };
}

function cut({ line, record }: Line): Cut {
  const passages = passagesOf(record);
  if (passages.length <= MOST_PASSAGES) return { line, record, passages };
  throw new BatchFailure("quality", line, `line ${line}: ${passages.length} passages, at most ${MOST_PASSAGES}`);
}

/** In their order: at most so many documents, and no more passages than one document may have. */
function groupsOf(cuts: readonly Cut[], documents: number): readonly (readonly Cut[])[] {
  const groups: Cut[][] = [];
  let left = 0;
  for (const one of cuts) {
    const last = groups.at(-1);
    if (last !== undefined && last.length < documents && one.passages.length <= left) last.push(one);
    else {
      groups.push([one]);
      left = MOST_PASSAGES;
    }
    left -= one.passages.length;
  }
  return groups;
}

type Embedded = Awaited<ReturnType<Doors["embed"]>>;

/** One call for all of them. Where the embedder will never take that, each is asked for alone, to know whose it is. */
async function embedGroup(group: readonly Cut[], doors: Doors): Promise<readonly Embedded[]> {
  const texts = group.flatMap(({ passages }) => passages.map(embeddingText));
  if (texts.length === 0) return group.map(() => ({ model: "none", vectors: [] }));
  try {
    const { model, vectors } = await doors.embed(texts, group.length === 1 ? (group[0]?.line ?? 0) : 0);
    let from = 0;
    return group.map(({ passages }) => {
      const own = vectors.slice(from, from + passages.length);
      from += passages.length;
      return passages.length === 0 ? { model: "none", vectors: [] } : { model, vectors: own };
    });
  } catch (error) {
    if (group.length === 1 || !(error instanceof BatchFailure && error.kind === "refused")) throw error;
    const alone: Embedded[] = [];
    for (const one of group) alone.push(...(await embedGroup([one], doors)));
    return alone;
  }
}

async function writeLine(
  { line, record, passages }: Cut,
  { model, vectors }: Embedded = { model: "none", vectors: [] },
  { seq, source, batch }: Batch,
  { ledger, doors }: Pick<PublishParts, "ledger" | "doors">,
): Promise<void> {
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
