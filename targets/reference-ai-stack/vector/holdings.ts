// Which documents a record store has, and in which versions, in parts that can be compared with those of a sibling: an
// index that agrees with its own records says nothing of documents that never came. Kept up with each write, so that
// asking for it reads no row.
import { createHash } from "node:crypto";
import type { DatabaseSync } from "@photostructure/sqlite";
import { hasTable } from "./lineage.ts";

/** What is known of a document that was ever stored. */
export interface Held {
  readonly version: number;
  /** Whether it can be found; false: it was deleted, or taken back. */
  readonly isThere: boolean;
}

/** Some of all documents, always the same ones at every replica. */
interface HeldPart {
  /** Of the names and versions in it; 16 digits of hex. Equal where two replicas have the same of it. */
  readonly digest: string;
  /** Documents of it that are there. */
  readonly there: number;
}

interface HeldDocument extends Held {
  readonly document: string;
}

export interface Holdings {
  /** Whether it was ever stored here, be it deleted since. */
  readonly knows: (document: string) => boolean;
  readonly set: (document: string, held: Held) => void;
  /** All {@link PARTS} of them. */
  readonly parts: () => readonly HeldPart[];
  /** The documents of one part, by name. */
  readonly of: (part: number) => readonly HeldDocument[];
}

/** So many that one write leaves nearly all of them alone, and the answer stays below 4 KiB. */
export const PARTS = 64;
const HASH_BYTES = 8;

/** All that a record store has ever held, of one moment. A passage without lineage is a document of its own. */
export function documentsIn(db: InstanceType<typeof DatabaseSync>): ReadonlyMap<string, Held> {
  const hasDocuments = hasTable(db, "documents");
  const plain = hasDocuments
    ? "SELECT id FROM records WHERE row NOT IN (SELECT row FROM lineage) AND row NOT IN (SELECT row FROM removed_rows)"
    : "SELECT id FROM records";
  const held = new Map<string, Held>();
  for (const { id } of db.prepare(plain).all() as { id: string }[]) held.set(id, { version: 0, isThere: true });
  if (!hasDocuments) return held;
  const living = "SELECT DISTINCT document FROM lineage WHERE row NOT IN (SELECT row FROM removed_rows)";
  const there = new Set((db.prepare(living).all() as { document: string }[]).map(({ document }) => document));
  const documents = db.prepare("SELECT document, version FROM documents").all() as {
    document: string;
    version: number;
  }[];
  for (const { document, version } of documents) held.set(document, { version, isThere: there.has(document) });
  return held;
}

/** Of what a store holds now; whoever writes to it says so here. */
export function openHoldings(all: ReadonlyMap<string, Held>): Holdings {
  const held = new Map<string, Held>();
  const places = Array.from({ length: PARTS }, () => ({
    sum: Buffer.alloc(HASH_BYTES),
    there: 0,
    documents: new Set<string>(),
  }));
  const count = (document: string, one: Held, by: 1 | -1): void => {
    const place = places[partOf(document)];
    if (place === undefined) return;
    // Exclusive or: what is added twice is gone, and the order does not matter.
    hashOf(document, one).forEach((byte, at) => (place.sum[at] = (place.sum[at] ?? 0) ^ byte));
    place.there += one.isThere ? by : 0;
    place.documents.add(document);
  };
  const set: Holdings["set"] = (document, one) => {
    const before = held.get(document);
    if (before !== undefined) count(document, before, -1);
    held.set(document, one);
    count(document, one, 1);
  };
  for (const [document, one] of all) set(document, one);
  return {
    knows: (document) => held.has(document),
    set,
    parts: () => places.map(({ sum, there }) => ({ digest: sum.toString("hex"), there })),
    of: (part) =>
      [...(places[part]?.documents ?? [])].toSorted().flatMap((document) => {
        const one = held.get(document);
        return one === undefined ? [] : [{ document, ...one }];
      }),
  };
}

function partOf(document: string): number {
  return (createHash("sha256").update(document).digest()[0] ?? 0) % PARTS;
}

function hashOf(document: string, { version, isThere }: Held): Buffer {
  const words = `${document}\0${version}\0${isThere ? 1 : 0}`;
  return createHash("sha256").update(words).digest().subarray(0, HASH_BYTES);
}
