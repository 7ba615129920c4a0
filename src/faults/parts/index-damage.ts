// What the faults on a published index file have in common: what will be harmed is saved before, written in one go,
// proved by the file's hash and by the replica's searches, and taken back where it still stands.

import { createHash } from "node:crypto";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { damageLeft, doDamage, mendDamage, type FileDamage } from "../../core/file-damage.ts";
import type { Controls, Site } from "../../core/controls.ts";
import type { Share } from "../../core/units.ts";
import type { PublishedFile } from "../../records/inventory.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { inOneGo } from "./in-one-go.ts";
import { claimOf, claimDamage, type ManifestClaim, type ManifestRole } from "./index-manifest.ts";
import { loadAnew, refuseUnloadable } from "./load-anew.ts";
import { need } from "./params.ts";
import { cutBefore, damageFrom, partsHarmed, placesOf, savedBytes, type Cut, type RowDamage } from "./rows.ts";
import { startIfDown } from "./start-again.ts";
import { effectSeen, lookBefore, refusalWords, refuseBlindness, sampleFor, type LookBefore } from "./search-witness.ts";

const backupName = "rows.bin";
/** Self-retrieval must fall by at least this share of the damage: a damaged row may still be found first by chance. */
export const requiredShare = 0.5;
/** A replica that reloads on change needs a moment; one that maps the file none. */
export const effectWithinMs = 5_000;

/**
 * `backup` and `fileHash`: SHA-256 of the backup and of the whole file before; `rows`: all it stores; `share`: of them,
 * so many are damaged; `file`: which file it is, where the platform can tell; `cut`: of mode truncate; `claim`: what
 * the index's manifest is made to say of it.
 */
export type IndexUndo = {
  readonly damage: RowDamage;
  readonly backup: string;
  readonly fileHash: string;
  readonly rows: number;
  readonly file?: string;
  readonly cut?: Cut;
  readonly claim?: ManifestClaim;
  /** The replica holds the file in memory, and has to be told when it changed. */
  readonly atLoad?: true;
};

/** What was seen before the harm; `besides`: what was done besides, such as to the manifest, in words. */
export interface IndexBefore extends FileBefore {
  readonly look: LookBefore;
}

/** Of the file alone. */
export interface FileBefore {
  readonly hashBefore: string;
  readonly besides: string;
}

interface Harm {
  readonly kind: string;
  readonly published: PublishedFile;
  readonly damage: RowDamage;
  /** The manifest of that role, where there is one, is made to say that the damaged file is what was written. */
  readonly manifest?: ManifestRole;
}

type FileSite = Site & { readonly controls: Required<Pick<Controls, "files" | "backups">> };
export type WholeSite = Site & { readonly controls: Required<Pick<Controls, "files" | "vectors" | "backups">> };

/** Saves what will be harmed; only reads the stack's files. */
export async function saveIndex(site: FileSite, { kind, published, damage, manifest }: Harm): Promise<IndexUndo> {
  const { path, payload, reads } = published;
  if (reads === "at-load") refuseUnloadable(published, site);
  const looked = await inOneGo(site, kind, { path, places: placesOf(damage) }, (file) => {
    const cut = damage.mode === "truncate" ? cutBefore(damage, file.size()) : undefined;
    const whole = manifest !== undefined ? Uint8Array.from(file.read(0, file.size())) : undefined;
    return { id: file.id, cut, whole, bytes: savedBytes(file, damage, cut) };
  });
  if (looked === undefined) throw new HarnessError("environment", `${path} is published, and is not there`);
  const { id, cut, bytes, whole } = looked;
  // Bytes that are no graph are refused here, before anything is touched.
  if (damage.share !== undefined) damageFrom(damage, bytes, {});
  const fileHash = await site.controls.files.hash(path);
  const claim =
    whole === undefined || manifest === undefined
      ? undefined
      : await claimOf(site.controls.files, manifest, { was: fileHash, now: hashAfter(whole, damage, bytes) });
  return {
    damage,
    backup: await site.controls.backups.keep(backupName, bytes),
    fileHash,
    rows: payload.rows,
    ...(id !== undefined && { file: id }),
    ...(cut !== undefined && { cut }),
    ...(claim !== undefined && { claim }),
    ...(reads === "at-load" && { atLoad: true }),
  };
}

/** The hash that the file will have. */
function hashAfter(whole: Uint8Array, damage: RowDamage, saved: Uint8Array): string {
  for (const { at, damaged } of damageFrom(damage, saved, {}).pieces) whole.set(damaged, at);
  return createHash("sha256").update(whole).digest("hex");
}

/** Looks, then does all of the damage at once. `share`: of the rows, so many will not find themselves any more. */
export async function harmIndex(
  kind: string,
  { share, undo }: { readonly share: Share; readonly undo: IndexUndo },
  site: WholeSite,
  signal: AbortSignal,
): Promise<IndexBefore> {
  const look = await lookBefore(site, kind, { sample: sampleFor(share, undo.rows) }, signal);
  refuseBlindness(look, requiredShare * share);
  return { look, ...(await harmFile(kind, undo, site, signal)) };
}

/** All of the damage at once, its manifest made to fit, and the file loaded anew where it is held in memory. */
export async function harmFile(
  kind: string,
  undo: IndexUndo,
  site: FileSite,
  signal: AbortSignal,
): Promise<FileBefore> {
  const { files } = site.controls;
  // Recalling the backup before any harm also shows that the way back can be read.
  const [damage, ...more] = await savedDamages(kind, undo, site);
  const hashBefore = await files.hash(undo.damage.path);
  await doInOneGo(site, kind, { damage, places: placesOf(undo.damage), signal });
  for (const manifest of more) await doInOneGo(site, kind, { damage: manifest, places: placesIn(manifest), signal });
  const loaded = undo.atLoad === true ? await loadAnew(site, signal) : "";
  const fits = more.length > 0 ? ", its manifest made to fit" : "";
  return { hashBefore, besides: `${fits}${loaded}` };
}

/** The proof, see `seeFile`. */
export async function seeIndex(
  kind: string,
  { share, undo, before }: { readonly share: Share; readonly undo: IndexUndo; readonly before: IndexBefore },
  site: WholeSite,
  signal: AbortSignal,
): Promise<Evidence> {
  return seeFile(kind, { share, path: undo.damage.path, before }, site, signal);
}

/** The proof: the file is another one, and the replica finds fewer of its own rows, or answers no more. */
export async function seeFile(
  kind: string,
  { share, path, before }: { readonly share: Share; readonly path: string; readonly before: IndexBefore },
  site: WholeSite,
  signal: AbortSignal,
): Promise<Evidence> {
  const fall = requiredShare * share;
  const changed = (await site.controls.files.hash(path)) !== before.hashBefore;
  const expected = `file hash changed and self-retrieval lower by at least ${fall.toFixed(3)}, ${refusalWords}`;
  // A file that did not change will have no effect, however long one waits.
  const withinMs = changed ? effectWithinMs : 0;
  const proof = await effectSeen(before.look, { site, kind, fall, withinMs }, signal);
  const hash = `hash ${changed ? "changed" : "unchanged"}${before.besides}`;
  return { confirmed: changed && proof.seen, expected, seen: `${hash}; ${proof.says}` };
}

/**
 * Puts back what still is as it was left, starts a replica that died of it, and has one load it that holds it in
 * memory.
 */
export async function mendIndex(kind: string, undo: IndexUndo, site: Site, signal: AbortSignal): Promise<Evidence> {
  const files = need(site, kind, "files");
  const damages = await savedDamages(kind, undo, site);
  const parts: number[] = [];
  let left = 0;
  for (const damage of damages) {
    const places = damage.path === undo.damage.path ? placesOf(undo.damage) : placesIn(damage);
    const place = { path: damage.path, places };
    signal.throwIfAborted();
    parts.push((await inOneGo(site, kind, place, (file) => mendDamage(file, damage))) ?? 0);
    left += (await inOneGo(site, kind, place, (file) => damageLeft(file, damage)))?.parts ?? 0;
  }
  const whole = (await files.hash(undo.damage.path)) === undo.fileHash;
  const fileNow = whole
    ? "byte for byte what it was"
    : "not what it was, by its owner's hand (replaced, changed or gone)";
  const [restored = 0] = parts;
  const what =
    undo.cut === undefined ? `${restored} ${partsHarmed(undo.damage)}` : restored === 0 ? "0 bytes" : "its end was";
  const { runs, seen } = await startIfDown(site, signal);
  const loaded = undo.atLoad === true && runs ? await loadAnew(site, signal).catch(saysWhy) : "";
  return {
    confirmed: left === 0 && runs,
    expected: "nothing in the file still is as we left it, and a replica that died of it runs again",
    seen: `${what} put back; the file is ${fileNow}${seen}${loaded}`,
  };
}

/** A stack that is gone loads nothing; the file is what counts. */
export function saysWhy(thrown: unknown): string {
  return `; not loaded anew: ${messageOf(thrown)}`;
}

/** All that is written into published files: the index's damage first, then what its manifest is made to say. */
export async function savedDamages(
  kind: string,
  { damage, backup, file, cut, claim }: IndexUndo,
  site: Site,
): Promise<readonly [FileDamage, ...FileDamage[]]> {
  const saved = await need(site, kind, "backups").recall(backupName, backup);
  return [damageFrom(damage, saved, { file, cut }), ...(claim === undefined ? [] : [claimDamage(claim)])];
}

/** All that a damage in pieces touches. */
export function placesIn({ pieces }: FileDamage): readonly (readonly [number, number])[] {
  return pieces.map(({ at, was }) => [at, was.length]);
}

/** All of the damage at once, into the file that was saved; into another one, or over other bytes, none of it. */
export async function doInOneGo(
  site: Site,
  kind: string,
  {
    damage,
    places,
    signal,
  }: { readonly damage: FileDamage; readonly places: ReturnType<typeof placesOf>; readonly signal: AbortSignal },
): Promise<void> {
  const { path } = damage;
  const did = await inOneGo(site, kind, { path, places }, (file) => {
    signal.throwIfAborted();
    return doDamage(file, damage, () => site.harmBegins?.());
  });
  if (did === "done") return;
  const what =
    did === "changed"
      ? `rows of ${path} changed since they were saved`
      : `${path} was replaced or removed by its owner`;
  throw new HarnessError("environment", `${what}: the way back is stale, so nothing was damaged`);
}
