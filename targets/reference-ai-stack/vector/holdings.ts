// Which documents a record store has, and in which versions, in parts that can be compared with those of a sibling: an
// index that agrees with its own records says nothing of documents that never came. Kept up with each write, so that
// asking for it reads no row.
import { createHash } from "node:crypto";
import type { DatabaseSync } from "@photostructure/sqlite";
import type { HeldState } from "../common/held-document.ts";
import { hasTable } from "./lineage.ts";

type Db = InstanceType<typeof DatabaseSync>;

/** Some of all documents, always the same ones at every replica. */
interface HeldPart {
  /**
   * Of the names and versions in it, and not of those that were gone back from; 16 digits of hex. Equal where two
   * replicas have the same of it.
   */
  readonly digest: string;
  /** Documents of it that are there. */
  readonly there: number;
}

interface HeldDocument extends Omit<HeldState, "withdrawn"> {
  readonly document: string;
  /** Absent: none. */
  readonly withdrawn?: readonly number[];
}

export interface Holdings {
  /** Of a document that was ever stored here, or gone back from; undefined: neither. */
  readonly stateOf: (document: string) => HeldState | undefined;
  readonly set: (document: string, now: Omit<HeldState, "withdrawn">) => void;
  /** That version was gone back from. */
  readonly withdraw: (document: string, version: number) => void;
  /** All {@link PARTS} of them. */
  readonly parts: () => readonly HeldPart[];
  /** The documents of one part, by name. */
  readonly of: (part: number) => readonly HeldDocument[];
}

/** So many that one write leaves nearly all of them alone, and the answer stays below 4 KiB. */
export const PARTS = 64;
const HASH_BYTES = 8;

/** All that a record store has ever held, of one moment. A passage without lineage is a document of its own. */
export function documentsIn(db: Db): ReadonlyMap<string, HeldState> {
  const hasDocuments = hasTable(db, "documents");
  const plain = hasDocuments
    ? "SELECT id FROM records WHERE row NOT IN (SELECT row FROM lineage) AND row NOT IN (SELECT row FROM removed_rows)"
    : "SELECT id FROM records";
  const held = new Map<string, HeldState>();
  const gone = withdrawnIn(db);
  const put = (document: string, version: number, isThere: boolean): void =>
    void held.set(document, { version, isThere, withdrawn: gone.get(document) ?? [] });
  for (const { id } of db.prepare(plain).all() as { id: string }[]) put(id, 0, true);
  if (!hasDocuments) return held;
  const living = "SELECT DISTINCT document FROM lineage WHERE row NOT IN (SELECT row FROM removed_rows)";
  const there = new Set((db.prepare(living).all() as { document: string }[]).map(({ document }) => document));
  const documents = db.prepare("SELECT document, version FROM documents").all() as Versioned[];
  for (const { document, version } of documents) put(document, version, there.has(document));
  for (const document of gone.keys()) if (!held.has(document)) put(document, NEVER_HAD, false);
  return held;
}

/** The version of a document of which is only known that one was gone back from. */
const NEVER_HAD = -1;

interface Versioned {
  readonly document: string;
  readonly version: number;
}

function withdrawnIn(db: Db): ReadonlyMap<string, readonly number[]> {
  const gone = new Map<string, readonly number[]>();
  if (!hasTable(db, "withdrawn_versions")) return gone;
  const all = db.prepare("SELECT document, version FROM withdrawn_versions").all() as unknown as Versioned[];
  for (const { document, version } of all) gone.set(document, [...(gone.get(document) ?? []), version]);
  return gone;
}

/** Of what a store holds now; whoever writes to it says so here. */
export function openHoldings(all: ReadonlyMap<string, HeldState>): Holdings {
  const held = new Map<string, HeldState>();
  const places = Array.from({ length: PARTS }, () => ({
    sum: Buffer.alloc(HASH_BYTES),
    there: 0,
    documents: new Set<string>(),
  }));
  const count = (document: string, one: HeldState, by: 1 | -1): void => {
    const place = places[partOf(document)];
    if (place === undefined) return;
    place.documents.add(document);
    if (one.version === NEVER_HAD) return;
    // Exclusive or: what is added twice is gone, and the order does not matter.
    hashOf(document, one).forEach((byte, at) => (place.sum[at] = (place.sum[at] ?? 0) ^ byte));
    place.there += one.isThere ? by : 0;
  };
  const put = (document: string, one: HeldState): void => {
    const before = held.get(document);
    if (before !== undefined) count(document, before, -1);
    held.set(document, one);
    count(document, one, 1);
  };
  for (const [document, one] of all) put(document, one);
  return {
    stateOf: (document) => held.get(document),
    set: (document, now) => put(document, { ...now, withdrawn: held.get(document)?.withdrawn ?? [] }),
    withdraw(document, version) {
      const one = held.get(document) ?? { version: NEVER_HAD, isThere: false, withdrawn: [] };
      if (!one.withdrawn.includes(version)) put(document, { ...one, withdrawn: [...one.withdrawn, version] });
    },
    parts: () => places.map(({ sum, there }) => ({ digest: sum.toString("hex"), there })),
    of: (part) =>
      [...(places[part]?.documents ?? [])].toSorted().flatMap((document) => {
        const one = held.get(document);
        if (one === undefined) return [];
        const { version, isThere, withdrawn } = one;
        return [{ document, version, isThere, ...(withdrawn.length > 0 && { withdrawn }) }];
      }),
  };
}

function partOf(document: string): number {
  return (createHash("sha256").update(document).digest()[0] ?? 0) % PARTS;
}

function hashOf(document: string, { version, isThere }: HeldState): Buffer {
  const words = `${document}\0${version}\0${isThere ? 1 : 0}`;
  return createHash("sha256").update(words).digest().subarray(0, HASH_BYTES);
}
