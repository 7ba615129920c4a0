// Makes a good index file for a replica out of a snapshot or a peer's file, beside the old one, and puts it in its
// place. The old file is never written to: a process that still maps it keeps its bytes until the reload.

import { rm } from "node:fs/promises";
import type { VectorEngine } from "../../vector/engines/engine.ts";
import { copyIndex, describeIndex, hashIndex, replaceIndex, syncIndex } from "../../vector/engines/generation.ts";
import { usearch } from "../../vector/engines/usearch.ts";
import type { IndexFiles, Manifest } from "../../vector/layout.ts";
import { readIds, readVectorsFrom } from "../../vector/record-store.ts";
import { readManifest, writeDurably } from "../../vector/snapshot.ts";

export interface Restored {
  /** SHA-256 of the new index file, hex. */
  readonly hash: string;
  readonly rows: number;
  /** Rows that the source did not have and that were added from the replica's record store. */
  readonly readded: number;
}

/** Why a source cannot be used; the caller answers 409. */
export class BadSource extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "BadSource";
  }
}

/**
 * Replaces `target.index` by what `source` holds plus the rows that only the target's record store has. Rejects with
 * {@link BadSource} when the source's bytes are not those of its manifest, or belong to another corpus.
 */
export async function makeIndex(
  source: IndexFiles,
  target: IndexFiles,
  engine: VectorEngine = usearch,
): Promise<Restored> {
  const good = readManifest(source);
  await verifySource(source, good, readManifest(target));
  const added = newerRows(target, good);
  refuseOtherRows(source, target, good.rows);
  const fresh = `${target.index}.new-${process.pid}`;
  try {
    if (added.size === 0) await copyIndex(source.index, fresh);
    else await engine.extend(source.index, added, fresh);
    await syncIndex(fresh);
    const rows = good.rows + added.size;
    const written = await describeIndex(engine, fresh, rows, () => readVectorsFrom(target.records, 0));
    const hash = written.indexHash;
    if (added.size === 0 && hash !== good.indexHash) throw new BadSource(`${source.index} changed while it was copied`);
    const manifest: Manifest = { ...good, ...written };
    await replaceIndex(fresh, target.index);
    // A crash between the two leaves a file that does not match its manifest, which is seen and repaired again.
    await writeDurably(target.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    return { hash, rows: manifest.rows, readded: added.size };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Rows of the replica's record store that the source does not have yet. */
function newerRows(target: IndexFiles, good: Manifest): ReadonlyMap<number, Float32Array> {
  const last = good.rows - 1;
  const rows = new Map(readVectorsFrom(target.records, last));
  // An index may not name rows that the replica has no record of: it would find what it cannot show.
  if (!rows.delete(last))
    throw new BadSource(`the source has ${good.rows} rows, more than ${target.records} has records`);
  return rows;
}

/**
 * Labels are row numbers: where the two stores number their rows differently, the source's index would find the wrong
 * records.
 */
function refuseOtherRows(source: IndexFiles, target: IndexFiles, rows: number): void {
  const [theirs, ours] = [readIds(source.records, rows), readIds(target.records, rows)];
  const at = ours.findIndex((id, row) => theirs[row] !== id);
  if (at === -1) return;
  throw new BadSource(
    `row ${at} is ${theirs[at] ?? "absent"} in ${source.records} and ${ours[at]} in ${target.records}`,
  );
}

async function verifySource(source: IndexFiles, good: Manifest, old: Manifest): Promise<void> {
  const found = await hashIndex(source.index);
  if (found !== good.indexHash) {
    throw new BadSource(`${source.index} hashes to ${found}; its manifest says ${good.indexHash}`);
  }
  if (good.corpusHash !== old.corpusHash || good.model !== old.model) {
    throw new BadSource(`${source.index} was built from another corpus or with another model`);
  }
}
