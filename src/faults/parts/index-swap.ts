// What the faults have in common that put another index file in place of a replica's, as a publication does: the new
// file is renamed over the old one, its manifest is made to fit, and the replica is told to load it. The old file stays
// as it is for whoever has it open.

import { createHash } from "node:crypto";
import { HarnessError } from "../../core/errors.ts";
import { damageLeft, mendDamage, type FileDamage } from "../../core/file-damage.ts";
import type { Controls, Site } from "../../core/controls.ts";
import type { Share } from "../../core/units.ts";
import type { PublishedFile } from "../../records/inventory.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { doInOneGo, placesIn, requiredShare, saysWhy, type IndexBefore, type WholeSite } from "./index-damage.ts";
import { claimDamage, claimsOf, type ManifestClaim } from "./index-manifest.ts";
import { loadAnew, refuseUnloadable } from "./load-anew.ts";
import { need } from "./params.ts";
import { lookBefore, refuseBlindness, sampleFor } from "./search-witness.ts";
import { startIfDown } from "./start-again.ts";

const backupName = "index.bin";

/** `backup`: the file as it was, by its SHA-256; `made`: that of the file which takes its place. */
export type SwapUndo = {
  readonly path: string;
  readonly backup: string;
  readonly made: string;
  readonly rows: number;
  readonly claims: readonly ManifestClaim[];
};

/** The file that takes the place, from the one that is there. The same for the same bytes. */
export type Make = (file: Uint8Array) => Uint8Array;

type SwapSite = WholeSite & { readonly controls: Required<Pick<Controls, "edits">> };

/**
 * Keeps the file as it is, and what its manifest says of it, unless that is to be left alone; only reads the stack's
 * files.
 */
export async function saveSwap(
  site: SwapSite,
  published: PublishedFile,
  make: Make,
  manifest: "made to fit" | "left alone" = "made to fit",
): Promise<SwapUndo> {
  const { path, payload } = published;
  refuseUnloadable(published, site);
  const { files, edits, backups } = site.controls;
  const file = await edits.inOneGo(path, (open) => open.read(0, open.size()));
  if (file === undefined) throw new HarnessError("environment", `${path} is published, and is not there`);
  const made = make(file);
  const hash = { was: sha256(file), now: sha256(made) };
  // A length that stays says nothing of whose file it is.
  const bytes = made.length === file.length ? {} : { bytes: { was: file.length, now: made.length } };
  const claims = manifest === "left alone" ? [] : await claimsOf(files, "manifest", { hash, ...bytes });
  return { path, backup: await backups.keep(backupName, file), made: hash.now, rows: payload.rows, claims };
}

/** `share`: of the rows, so many will not find themselves any more. */
export async function swapIndex(
  kind: string,
  { share, undo, make }: { readonly share: Share; readonly undo: SwapUndo; readonly make: Make },
  site: SwapSite,
  signal: AbortSignal,
): Promise<IndexBefore> {
  const look = await lookBefore(site, kind, { sample: sampleFor(share, undo.rows) }, signal);
  refuseBlindness(look, requiredShare * share);
  const hashBefore = await replaceFile(kind, { undo, make }, site, signal);
  const fits = undo.claims.length > 0 ? ", its manifest made to fit" : "";
  return { look, hashBefore, besides: `${fits}${await loadAnew(site, signal)}` };
}

/** The harm alone: nobody is told to load the new file. Returns the hash of the one that was there, SHA-256 as hex. */
export async function replaceFile(
  kind: string,
  { undo, make }: { readonly undo: SwapUndo; readonly make: Make },
  site: SwapSite,
  signal: AbortSignal,
): Promise<string> {
  const { files, edits } = site.controls;
  const made = await madeAgain(kind, undo, make, site);
  const hashBefore = await files.hash(undo.path);
  if (hashBefore !== undo.backup) {
    const what = `${undo.path} was changed, replaced or removed by its owner`;
    throw new HarnessError("environment", `${what}: the way back is stale, so nothing was damaged`);
  }
  for (const damage of undo.claims.map(claimDamage)) {
    await doInOneGo(site, kind, { damage, places: placesIn(damage), signal });
  }
  if (undo.claims.length === 0) site.harmBegins?.();
  signal.throwIfAborted();
  const replaced = await edits.replace(undo.path, made, { expected: undo.backup, by: nameOf(undo) });
  if (replaced) return hashBefore;
  const what = `${undo.path} was changed or replaced by its owner meanwhile`;
  throw new HarnessError("environment", `${what}: it was left alone`);
}

/** Puts the old file back where ours still is, and has the replica load it. */
export async function mendSwap(
  kind: string,
  { undo, make }: { readonly undo: SwapUndo; readonly make: Make },
  site: Site,
  signal: AbortSignal,
): Promise<Evidence> {
  const [files, edits] = [need(site, kind, "files"), need(site, kind, "edits")];
  const [damage, ...claims] = await swapDamages(kind, undo, make, site);
  const isOurs = async (): Promise<boolean> =>
    ((await edits.inOneGo(damage.path, (file) => damageLeft(file, damage)))?.parts ?? 0) > 0;
  signal.throwIfAborted();
  const by = nameOf(undo);
  await edits.discard(damage.path, { by });
  const putBack = async (): Promise<boolean> => {
    const old = await need(site, kind, "backups").recall(backupName, undo.backup);
    return edits.replace(damage.path, old, { expected: undo.made, by });
  };
  const wasOurs = (await isOurs()) && (await putBack());
  let left = (await isOurs()) ? 1 : 0;
  for (const claim of claims) {
    await edits.inOneGo(claim.path, (file) => mendDamage(file, claim));
    left += (await edits.inOneGo(claim.path, (file) => damageLeft(file, claim)))?.parts ?? 0;
  }
  const { runs, seen } = await startIfDown(site, signal);
  // Also one that was put back before, by a way back that was cut short.
  const isBack = (await files.hash(damage.path)) === undo.backup;
  const loaded = isBack && runs ? await loadAnew(site, signal).catch(saysWhy) : "";
  const now = isBack ? "byte for byte what it was" : "its owner's";
  return {
    confirmed: left === 0 && runs,
    expected:
      "the file that we put there is gone, nothing of what its manifest was made to say is left, and the replica runs",
    seen: `${wasOurs ? "the old file was put back" : "nothing of ours was there"}; the file is ${now}${seen}${loaded}`,
  };
}

/** What was put in place of the file, and what its manifest is made to say. */
export async function swapDamages(
  kind: string,
  undo: SwapUndo,
  make: Make,
  site: Site,
): Promise<readonly [FileDamage, ...FileDamage[]]> {
  const whole = await madeAgain(kind, undo, make, site);
  return [{ path: undo.path, pieces: [], whole }, ...undo.claims.map(claimDamage)];
}

/** Goes into the name of the file that lies beside the index while that is replaced. */
function nameOf({ made }: SwapUndo): string {
  return made.slice(0, 12);
}

async function madeAgain(kind: string, undo: SwapUndo, make: Make, site: Site): Promise<Uint8Array> {
  const made = make(await need(site, kind, "backups").recall(backupName, undo.backup));
  if (sha256(made) === undo.made) return made;
  throw new HarnessError("bug", `${kind} made another file of the same one`);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
