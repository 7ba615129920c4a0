// Makes a good index file for a replica out of a snapshot or a peer's file, beside the old one, and puts it in its
// place. The old file is never written to: a process that still maps it keeps its bytes until the reload.

import { rm } from "node:fs/promises";
import { OWN_MARK } from "../../common/process-mark.ts";
import type { VectorEngine } from "../../vector/engines/engine.ts";
import { copyIndex, describeIndex, hashIndex, syncIndex } from "../../vector/engines/generation.ts";
import { publish, settle } from "../../vector/engines/publish.ts";
import { usearch } from "../../vector/engines/usearch.ts";
import { heldRows, type Holding } from "../../vector/held-rows.ts";
import type { IndexFiles, Manifest } from "../../vector/layout.ts";
import { readIds, readVectorsFrom } from "../../vector/record-store.ts";
import { findManifest, readManifest, type MadeOf } from "../../vector/snapshot.ts";
import { complaintOf } from "./verify-copy.ts";

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

interface Making {
  /** What comes later is not put in place, ms on `steadyNow`. */
  readonly until?: number;
  /** What the target's index is made of, where its own manifest cannot be read; absent: that is an error. */
  readonly otherwise?: () => MadeOf;
}

/** What an index is made of, by its manifest, or by what is said of it where that is missing or torn. */
export function madeOf(files: IndexFiles, otherwise?: () => MadeOf): MadeOf {
  const found = findManifest(files);
  if ("manifest" in found) return found.manifest;
  if (otherwise === undefined) throw new Error(found.reason);
  return otherwise();
}

/**
 * Replaces `target.index` by what `source` holds plus the rows that only the target's record store has. Rejects with
 * {@link BadSource} when the source's bytes are not those of its manifest, or belong to another corpus, or what was
 * made of it does not find what the target's record store holds, or only too late: then nothing is put in place.
 */
export async function makeIndex(
  source: IndexFiles,
  target: IndexFiles,
  engine: VectorEngine = usearch,
  { until, otherwise }: Making = {},
): Promise<Restored> {
  await settle(target);
  const good = readManifest(source);
  await verifySource(source, good, madeOf(target, otherwise));
  const added = newerRows(target, good);
  refuseOtherRows(source, target, good.rows);
  const fresh = `${target.index}.new-${OWN_MARK}`;
  try {
    if (added.size === 0) await copyIndex(source.index, fresh);
    else await engine.extend(source.index, placed(added, good), fresh);
    if (added.size === 0 && (await hashIndex(fresh)) !== good.indexHash) {
      throw new BadSource(`${source.index} changed while it was copied`);
    }
    return await putInPlace({
      fresh,
      target,
      engine,
      manifest: good,
      holding: {
        rows: good.rows + added.size,
        without: good.without ?? [],
        // Another store counts changes otherwise: of what was written again nothing is taken for up to date.
        changes: source.dir === target.dir ? (good.changes ?? 0) : 0,
      },
      readded: added.size,
      ...(until !== undefined && { until }),
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Whether a source could be restored from. Rejects with {@link BadSource} when not; only reads. */
export async function checkSource(source: IndexFiles, engine: VectorEngine = usearch): Promise<Restored> {
  const manifest = readManifest(source);
  await verifySource(source, manifest, manifest);
  const complaint = await complaintOf(source.index, source.records, { ...holdingOf(manifest), engine });
  if (complaint !== null) throw new BadSource(`${source.index} is not fit to serve: ${complaint}`);
  return { hash: manifest.indexHash, rows: manifest.rows, readded: 0 };
}

/** A file that was made, and what it is to be served as. */
interface Made {
  readonly fresh: string;
  readonly target: IndexFiles;
  readonly engine: VectorEngine;
  /** Which model, metric and corpus it is of. */
  readonly manifest: MadeOf;
  readonly holding: Holding;
  readonly readded: number;
  readonly until?: number;
}

/** A clock that all threads of a process read alike and nobody sets, ms. */
export function steadyNow(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/**
 * Looks at the file, and puts it in the place of the replica's with a manifest that fits. Rejects with
 * {@link BadSource} when it does not find what the replica's record store holds: then nothing is changed.
 */
export async function putInPlace(made: Made): Promise<Restored> {
  const { fresh, target, engine, manifest: like, holding, readded, until = Infinity } = made;
  await syncIndex(fresh);
  const complaint = await complaintOf(fresh, target.records, { ...holding, engine });
  if (complaint !== null) throw new BadSource(`the new index of ${target.dir} is not fit to serve: ${complaint}`);
  const { count } = heldRows(holding);
  const written = await describeIndex(engine, fresh, count, () => readVectorsFrom(target.records, 0));
  const { model, dimension, metric, corpusHash } = like;
  const manifest: Manifest = { model, dimension, metric, corpusHash, ...written, ...shortHolding(holding) };
  if (steadyNow() > until)
    throw new BadSource(`the new index of ${target.dir} came too late: whoever asked waits no more`);
  await publish(fresh, target, manifest);
  return { hash: written.indexHash, rows: count, readded };
}

/** As a manifest says it, which is silent where there is nothing to say. */
function shortHolding({ rows, without = [], changes = 0 }: Holding): Holding {
  return { rows, ...(without.length > 0 && { without }), ...(changes > 0 && { changes }) };
}

/** What a manifest says that its index holds. */
export function holdingOf({ rows, without = [], changes = 0 }: Manifest): Holding {
  return { rows, without, changes };
}

/** By the places at which they come to lie behind what the source holds. */
function placed(added: ReadonlyMap<number, Float32Array>, source: Manifest): ReadonlyMap<number, Float32Array> {
  const { placeOf } = heldRows(source);
  return new Map([...added].map(([row, vector]) => [placeOf(row) ?? row, vector]));
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

/**
 * Rejects with {@link BadSource} when a source is not byte for byte what its manifest says, or is of another corpus,
 * model, dimension, metric or engine than `old` says.
 */
export async function verifySource(source: IndexFiles, good: Manifest, old: MadeOf): Promise<void> {
  const found = await hashIndex(source.index);
  if (found !== good.indexHash) {
    throw new BadSource(`${source.index} hashes to ${found}; its manifest says ${good.indexHash}`);
  }
  const other = MADE_OF.find((part) => good[part] !== old[part]);
  if (other === undefined) return;
  throw new BadSource(
    `${source.index} is of another ${other}: ${good[other] ?? "none"}; the replica's manifest says ${old[other] ?? "none"}`,
  );
}

/** Vectors of an index mean something only beside those that were made of the same. */
const MADE_OF = ["corpusHash", "model", "dimension", "metric", "engine"] as const;
