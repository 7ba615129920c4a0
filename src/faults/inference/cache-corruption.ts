// cache.corruption: damages what one replica has cached of prompts, in place; proved by asking it the same prompts
// twice, with the cache and around it.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { damageLeft, doDamage, mendDamage, type FileDamage } from "../../core/file-damage.ts";
import type { Site } from "../../core/controls.ts";
import { fault } from "../fault.ts";
import { inOneGo } from "../parts/in-one-go.ts";
import { need } from "../parts/params.ts";
import { chooseRows, type RowRun } from "../parts/row-damage.ts";
import { damageFrom, placesOf, publishedRows, savedBytes, type RowDamage } from "../parts/rows.ts";
import { startIfDown } from "../parts/start-again.ts";

const kind = "cache.corruption";
const backupName = "blocks.bin";
const role = "prefix-cache";
/**
 * Prompts of ours that are asked twice. They fill 4 whole blocks each; the chance that a damage misses all 20 is
 * (1 − share) to the power of 20: one in 87 at a share of 0.2, one in 3,300 at a third, one in a million at a half.
 */
const prompts = 5;
/** Below it the harm would often be done and not be seen: with a share of 0.05 in 36 cases of 100. */
const leastShare = 0.2;

type Undo = { readonly damage: RowDamage; readonly backup: string; readonly file?: string };

export const cacheCorruption = fault({
  name: kind,
  about: "Damages a seeded share of the blocks that one replica has cached of prompts: hits are wrong, misses right.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "answers", "backups"],
  wants: ["edits", "process", "replica"],
  params: z.strictObject({
    share: z
      .number()
      .min(leastShare)
      .max(1)
      .default(0.5)
      .describe("Share of the blocks in use that is damaged: 0.2 to 1, 0.5 when absent."),
    mode: z
      .enum(["zero", "noise", "flip", "swap"])
      .default("noise")
      .describe(
        "What stands in the damaged blocks: noise (when absent), zeros, some of their bytes inverted, or what another of them held (swap), so that one request is answered from what was read for another.",
      ),
  }),
  example: { share: 0.5 },

  async prepare({ share, mode }, site): Promise<Undo> {
    // Ours are cached from now on, so that the damage can hit them.
    await site.controls.answers.sameTwice(prompts, AbortSignal.timeout(askedWithinMs));
    const { path, payload } = await publishedRows(site.controls.files, role);
    const { offset, rowBytes, rows } = payload;
    const all = { path, places: [[offset, rows * rowBytes]] as const };
    const looked = await inOneGo(site, kind, all, (file) => {
      const used = usedRows(file.read(offset, rows * rowBytes), rowBytes);
      const damage = { path, offset, rowBytes, runs: chosen(used, share, site.seed), mode, seed: site.seed };
      return { damage, id: file.id, bytes: savedBytes(file, damage, undefined) };
    });
    if (looked === undefined) throw new HarnessError("environment", `${path} is published, and is not there`);
    if (looked.bytes.length === 0) throw new HarnessError("environment", `nothing is cached in ${path}`);
    const backup = await site.controls.backups.keep(backupName, looked.bytes);
    return { damage: looked.damage, backup, ...(looked.id !== undefined && { file: looked.id }) };
  },

  async apply(_params, undo, site, signal) {
    const before = await site.controls.answers.sameTwice(prompts, signal);
    if (before < 1) {
      const what = `${site.replica} answers ${percent(1 - before)} of our prompts otherwise with its cache than without it, before any damage`;
      throw new HarnessError("environment", what);
    }
    const damage = await savedDamage(undo, site);
    const place = { path: damage.path, places: placesOf(undo.damage) };
    const did = await inOneGo(site, kind, place, (file) => {
      signal.throwIfAborted();
      return doDamage(file, damage, () => site.harmBegins?.());
    });
    if (did === "done") return;
    const what = did === "changed" ? "blocks changed since they were saved" : "the file was replaced or removed";
    throw new HarnessError("environment", `${damage.path}: ${what}, so the way back is stale and nothing was damaged`);
  },

  async observe({ undo }, site, signal) {
    const damage = await savedDamage(undo, site);
    const place = { path: damage.path, places: placesOf(undo.damage) };
    const left = (await inOneGo(site, kind, place, (file) => damageLeft(file, damage)))?.parts ?? 0;
    const share = await site.controls.answers.sameTwice(prompts, signal);
    return {
      confirmed: left > 0 && share < 1,
      expected: `blocks in the file as we left them, and of ${prompts} prompts that are asked twice at least one answered otherwise`,
      seen: `${left} blocks as we left them; ${percent(1 - share)} of ${prompts} prompts answered otherwise with the cache than around it`,
    };
  },

  async revert(undo, site, signal) {
    const damage = await savedDamage(undo, site);
    const place = { path: damage.path, places: placesOf(undo.damage) };
    signal.throwIfAborted();
    const restored = (await inOneGo(site, kind, place, (file) => mendDamage(file, damage))) ?? 0;
    const left = (await inOneGo(site, kind, place, (file) => damageLeft(file, damage)))?.parts ?? 0;
    const { runs, seen } = await startIfDown(site, signal);
    return {
      confirmed: left === 0 && runs,
      expected: "nothing in the file still is as we left it, and a replica that died of it runs again",
      seen: `${restored} blocks put back${seen}`,
    };
  },

  wrote: async (undo, site) => [await savedDamage(undo, site)],
});

/** How long our prompts may take to be asked before the harm, ms. */
const askedWithinMs = 10_000;

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

async function savedDamage({ damage, backup, file }: Undo, site: Site): Promise<FileDamage> {
  const saved = await need(site, kind, "backups").recall(backupName, backup);
  // A replica that starts begins with an empty cache: rows that are zeros there were never ours.
  return { ...damageFrom(damage, saved, { file }), isNeverCopied: true };
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
