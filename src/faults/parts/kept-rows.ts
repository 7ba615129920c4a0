// Rows of a file in which a replica keeps what it has answered, as the faults of caches handle them: some of those in
// use are damaged, which is proved by asking the replica the same twice, out of the cache and around it.

import { HarnessError } from "../../core/errors.ts";
import { damageLeft, doDamage, mendDamage, type FileDamage } from "../../core/file-damage.ts";
import type { Controls, Site } from "../../core/controls.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { inOneGo } from "./in-one-go.ts";
import { need } from "./params.ts";
import { chooseRows, type RowRun } from "./row-damage.ts";
import { damageFrom, placesOf, publishedRows, savedBytes, type RowDamage } from "./rows.ts";
import { startIfDown } from "./start-again.ts";

const backupName = "blocks.bin";
/** How long our prompts may take to be asked before the harm, ms. */
const askedWithinMs = 10_000;

export type KeptUndo = { readonly damage: RowDamage; readonly backup: string; readonly file?: string };

/** Which rows a fault is about, and how they are called in evidence. */
export interface KeptRows {
  readonly kind: string;
  readonly role: string;
  /** `blocks`, `entries`, … */
  readonly rows: string;
  /** Prompts of ours that are asked twice. */
  readonly prompts: number;
}

/** A site at which rows can be damaged, and seen to be. */
export type KeptSite = Omit<Site, "controls"> & {
  readonly controls: Required<Pick<Controls, "files" | "answers" | "backups">> &
    Pick<Controls, "edits" | "process" | "replica">;
};

/** Chooses a seeded share of the rows in use, ours among those, and saves what they hold. */
export async function prepareKept(
  kept: KeptRows,
  { share, mode }: { readonly share: number; readonly mode: RowDamage["mode"] },
  site: KeptSite,
): Promise<KeptUndo> {
  // Ours are cached from now on, so that the damage can hit them.
  await site.controls.answers.sameTwice(kept.prompts, AbortSignal.timeout(askedWithinMs));
  const choose = ({ bytes, rowBytes }: RowsThere) => chosen(usedRows(bytes, rowBytes), share, site.seed);
  return saveKept(kept, { mode, choose }, site);
}

/** All rows as they are, one behind the other. */
export interface RowsThere {
  readonly bytes: Uint8Array;
  readonly rowBytes: number;
}

/** Saves what the chosen rows hold. Throws HarnessError "environment" where none is chosen. */
export async function saveKept(
  { kind, role, rows: name }: KeptRows,
  { mode, choose }: { readonly mode: RowDamage["mode"]; readonly choose: (all: RowsThere) => readonly RowRun[] },
  site: KeptSite,
): Promise<KeptUndo> {
  const { path, payload } = await publishedRows(site.controls.files, role);
  const { offset, rowBytes, rows } = payload;
  const all = { path, places: [[offset, rows * rowBytes]] as const };
  const looked = await inOneGo(site, kind, all, (file) => {
    const runs = choose({ bytes: file.read(offset, rows * rowBytes), rowBytes });
    const damage = { path, offset, rowBytes, runs, mode, seed: site.seed };
    return { damage, id: file.id, bytes: savedBytes(file, damage, undefined) };
  });
  if (looked === undefined) throw new HarnessError("environment", `${path} is published, and is not there`);
  if (looked.bytes.length === 0) throw new HarnessError("environment", `${path} has no ${name} in use`);
  const backup = await site.controls.backups.keep(backupName, looked.bytes);
  return { damage: looked.damage, backup, ...(looked.id !== undefined && { file: looked.id }) };
}

/** Damages exactly what was saved, or nothing. */
export async function damageKept(
  { kind, rows, prompts }: KeptRows,
  undo: KeptUndo,
  site: KeptSite,
  signal: AbortSignal,
): Promise<void> {
  const before = await site.controls.answers.sameTwice(prompts, signal);
  if (before < 1) {
    const what = `${site.replica} answers ${percent(1 - before)} of our prompts otherwise with its cache than without it, before any damage`;
    throw new HarnessError("environment", what);
  }
  await overwriteKept({ kind, rows }, undo, site, signal);
}

/** Writes the damage over exactly what was saved, or nothing. */
export async function overwriteKept(
  { kind, rows }: Pick<KeptRows, "kind" | "rows">,
  undo: KeptUndo,
  site: KeptSite,
  signal: AbortSignal,
): Promise<void> {
  const damage = await savedDamage(kind, undo, site);
  const place = { path: damage.path, places: placesOf(undo.damage) };
  const did = await inOneGo(site, kind, place, (file) => {
    signal.throwIfAborted();
    return doDamage(file, damage, () => site.harmBegins?.());
  });
  if (did === "done") return;
  const what = did === "changed" ? `${rows} changed since they were saved` : "the file was replaced or removed";
  throw new HarnessError("environment", `${damage.path}: ${what}, so the way back is stale and nothing was damaged`);
}

/** Damaged rows are in the file, and a prompt is answered otherwise out of the cache. */
export async function observeKept(
  { kind, rows, prompts }: KeptRows,
  undo: KeptUndo,
  site: KeptSite,
  signal: AbortSignal,
): Promise<Evidence> {
  const left = await rowsLeft(kind, undo, site);
  const share = await site.controls.answers.sameTwice(prompts, signal);
  return {
    confirmed: left > 0 && share < 1,
    expected: `${rows} in the file as we left them, and of ${prompts} prompts that are asked twice at least one answered otherwise`,
    seen: `${left} ${rows} as we left them; ${percent(1 - share)} of ${prompts} prompts answered otherwise with the cache than around it`,
  };
}

/** Rows that are in the file as they were left. */
export async function rowsLeft(kind: string, undo: KeptUndo, site: Site): Promise<number> {
  const damage = await savedDamage(kind, undo, site);
  const place = { path: damage.path, places: placesOf(undo.damage) };
  return (await inOneGo(site, kind, place, (file) => damageLeft(file, damage)))?.parts ?? 0;
}

/** Puts back what still is as it was left, and starts a replica that died of it. */
export async function revertKept(
  { kind, rows }: KeptRows,
  undo: KeptUndo,
  site: Site,
  signal: AbortSignal,
): Promise<Evidence> {
  const damage = await savedDamage(kind, undo, site);
  const place = { path: damage.path, places: placesOf(undo.damage) };
  signal.throwIfAborted();
  const restored = (await inOneGo(site, kind, place, (file) => mendDamage(file, damage))) ?? 0;
  const left = await rowsLeft(kind, undo, site);
  const { runs, seen } = await startIfDown(site, signal);
  return {
    confirmed: left === 0 && runs,
    expected: "nothing in the file still is as we left it, and a replica that died of it runs again",
    seen: `${restored} ${rows} put back${seen}`,
  };
}

/** The damage, piece by piece, from what was saved. */
export async function savedDamage(kind: string, { damage, backup, file }: KeptUndo, site: Site): Promise<FileDamage> {
  const saved = await need(site, kind, "backups").recall(backupName, backup);
  // A replica that starts, or clears its cache, begins with an empty one: rows that are zeros there were never ours.
  return { ...damageFrom(damage, saved, { file }), isNeverCopied: true };
}

/** Rows that are not all zeros: what was never used has nothing to damage, and may be used at any moment. */
function usedRows(bytes: Uint8Array, rowBytes: number): readonly number[] {
  const rows = Array.from({ length: Math.floor(bytes.length / rowBytes) }, (_, row) => row);
  return rows.filter((row) => bytes.subarray(row * rowBytes, (row + 1) * rowBytes).some((byte) => byte !== 0));
}

function chosen(used: readonly number[], share: number, seed: number): readonly RowRun[] {
  if (used.length === 0) return [];
  const places = chooseRows(used.length, share, seed);
  const rows = places.flatMap(([first, count]) => used.slice(first, first + count));
  return rows.map((row) => [row, 1] as const);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
