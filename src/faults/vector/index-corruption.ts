// index.corruption: damages the stored rows of one replica's index file in place; proved by the file's hash and by its
// searches.

import { z } from "zod";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { damageLeft, doDamage, mendDamage, type FileDamage } from "../../core/file-damage.ts";
import type { Site } from "../../core/controls.ts";
import { fault } from "../fault.ts";
import { inOneGo } from "../parts/in-one-go.ts";
import { need } from "../parts/params.ts";
import { chooseRows, damageModes } from "../parts/row-damage.ts";
import { cutBefore, damageFrom, placesOf, publishedRows, savedBytes, type Cut, type RowDamage } from "../parts/rows.ts";
import { loadAnew, refuseUnloadable } from "../parts/load-anew.ts";
import { startIfDown } from "../parts/start-again.ts";
import { effectSeen, lookBefore, refusalWords, refuseBlindness, sampleFor } from "../parts/search-witness.ts";
import type { PublishedFile } from "../../records/inventory.ts";

const kind = "index.corruption";
const backupName = "rows.bin";
/** Self-retrieval must fall by at least this share of the damage: a damaged row may still be found first by chance. */
const requiredShare = 0.5;
/** A replica that reloads on change needs a moment; one that maps the file none. */
const effectWithinMs = 5_000;

const paramsSchema = z
  .strictObject({
    share: z
      .number()
      .min(0.05)
      .max(1)
      .default(0.3)
      .describe("Share of the stored rows that is damaged: 0.05 to 1, 0.3 when absent."),
    mode: z
      .enum(damageModes)
      .default("zero")
      .describe("What stands in the damaged rows: zeros (when absent), noise, …; truncate cuts them off the end."),
    part: z
      .number()
      .min(0.1)
      .max(0.9)
      .exactOptional()
      .describe("For mode part: the share of each chosen row that is overwritten, 0.5 when absent."),
    role: z.literal("index").default("index").describe("The published file that is damaged."),
  })
  .refine(({ mode, part }) => part === undefined || mode === "part", {
    path: ["part"],
    message: "no part, or mode: part",
  });
type Params = z.infer<typeof paramsSchema>;
/** Of mode part, where the intent does not say. */
const usualPart = 0.5;

/**
 * `backup` and `fileHash`: SHA-256 of the backup and of the whole file before; `rows`: all it stores; `file`: which
 * file it is, where the platform can tell; `cut`: of mode truncate.
 */
type Undo = {
  readonly damage: RowDamage;
  readonly backup: string;
  readonly fileHash: string;
  readonly rows: number;
  readonly file?: string;
  readonly cut?: Cut;
  /** The replica holds the file in memory, and has to be told when it changed. */
  readonly atLoad?: true;
};

export const indexCorruption = fault({
  name: kind,
  about: "Damages a seeded share of the stored rows of one replica's index file in place.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "vectors", "backups"],
  wants: ["edits", "process", "replica"],
  params: paramsSchema,
  example: { share: 0.3, mode: "noise" },

  async prepare(params, site): Promise<Undo> {
    const { files } = site.controls;
    const published = await publishedRows(files, params.role);
    const atLoad = published.reads === "at-load";
    if (atLoad) refuseUnloadable(published, site);
    if (params.mode === "truncate") refuseCutting(published);
    const damage = damageOf(published, params, site.seed);
    const { path } = damage;
    const looked = await inOneGo(site, kind, { path, places: placesOf(damage) }, (file) => {
      const cut = damage.mode === "truncate" ? cutBefore(damage, file.size()) : undefined;
      return { id: file.id, cut, bytes: savedBytes(file, damage, cut) };
    });
    if (looked === undefined) throw new HarnessError("environment", `${path} is published, and is not there`);
    const { id, cut, bytes } = looked;
    const backup = await site.controls.backups.keep(backupName, bytes);
    return {
      damage,
      backup,
      fileHash: await files.hash(path),
      rows: published.payload.rows,
      ...(id !== undefined && { file: id }),
      ...(cut !== undefined && { cut }),
      ...(atLoad && { atLoad }),
    };
  },

  async apply(params, undo, site, signal) {
    const { files } = site.controls;
    const { path } = undo.damage;
    const look = await lookBefore(site, kind, sampleFor(params.share, undo.rows), signal);
    refuseBlindness(look, requiredShare * params.share);
    // Recalling the backup before any harm also shows that the way back can be read.
    const damage = await savedDamage(undo, site);
    const hashBefore = await files.hash(path);
    await doInOneGo(site, undo, { damage, signal });
    const loaded = undo.atLoad === true ? await loadAnew(site, signal) : "";
    return { look, hashBefore, loaded };
  },

  async observe({ params, undo, before }, site, signal) {
    const fall = requiredShare * params.share;
    const changed = (await site.controls.files.hash(undo.damage.path)) !== before.hashBefore;
    const expected = `file hash changed and self-retrieval lower by at least ${fall.toFixed(3)}, ${refusalWords}`;
    // A file that did not change will have no effect, however long one waits.
    const withinMs = changed ? effectWithinMs : 0;
    const proof = await effectSeen(before.look, { site, kind, fall, withinMs }, signal);
    const hash = `hash ${changed ? "changed" : "unchanged"}${before.loaded}`;
    return { confirmed: changed && proof.seen, expected, seen: `${hash}; ${proof.says}` };
  },

  async revert(undo, site, signal) {
    const files = need(site, kind, "files");
    const damage = await savedDamage(undo, site);
    const place = { path: damage.path, places: placesOf(undo.damage) };
    signal.throwIfAborted();
    const restored = (await inOneGo(site, kind, place, (file) => mendDamage(file, damage))) ?? 0;
    const left = (await inOneGo(site, kind, place, (file) => damageLeft(file, damage)))?.parts ?? 0;
    const whole = (await files.hash(damage.path)) === undo.fileHash;
    const fileNow = whole
      ? "byte for byte what it was"
      : "not what it was, by its owner's hand (replaced, changed or gone)";
    const what = damage.end === undefined ? `${restored} rows` : restored === 0 ? "0 bytes" : "its end was";
    const { runs, seen } = await startIfDown(site, signal);
    const loaded = undo.atLoad === true && runs ? await loadAnew(site, signal).catch(saysWhy) : "";
    return {
      confirmed: left === 0 && runs,
      expected: "nothing in the file still is as we left it, and a replica that died of it runs again",
      seen: `${what} put back; the file is ${fileNow}${seen}${loaded}`,
    };
  },

  wrote: async (undo, site) => [await savedDamage(undo, site)],
});

function damageOf(
  { path, payload }: PublishedFile,
  { share, mode, part = usualPart }: Params,
  seed: number,
): RowDamage {
  const { offset, rowBytes, rows, pieces } = payload;
  const lost = Math.max(1, Math.round(rows * share));
  const runs = mode === "truncate" ? ([[rows - lost, lost]] as const) : chooseRows(rows, share, seed);
  const lying = pieces === undefined ? { offset } : { offset, pieces };
  return { path, ...lying, rowBytes, runs, mode, seed, ...(mode === "part" && { part }) };
}

/** Only rows at the end of their file can be cut off it. */
function refuseCutting({ path, format, payload }: PublishedFile): void {
  if (payload.pieces === undefined) return;
  const what = `mode truncate cannot be done on ${path}: its rows (format ${format}) lie in pieces, and cutting the file would take other things with them`;
  throw new HarnessError("environment", what, { hint: "take mode zero, noise, nan, part or flip" });
}

/** A stack that is gone loads nothing; the file is what counts. */
function saysWhy(thrown: unknown): string {
  return `; not loaded anew: ${messageOf(thrown)}`;
}

async function savedDamage({ damage, backup, file, cut }: Undo, site: Site): Promise<FileDamage> {
  return damageFrom(damage, await need(site, kind, "backups").recall(backupName, backup), { file, cut });
}

/** All of the damage at once, into the file that was saved; into another one, or over other bytes, none of it. */
async function doInOneGo(
  site: Site,
  undo: Undo,
  { damage, signal }: { readonly damage: FileDamage; readonly signal: AbortSignal },
): Promise<void> {
  const { path } = damage;
  const did = await inOneGo(site, kind, { path, places: placesOf(undo.damage) }, (file) => {
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
