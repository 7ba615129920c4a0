// index.corruption: overwrites stored rows of one replica's index file in place, silently; proved by hash and self-retrieval.

import { z } from "zod";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { Fault } from "../core/fault.ts";
import type { FileControl, PublishedFile } from "../core/platform.ts";
import { need, parseParams } from "./parts/params.ts";
import { chooseRows, damageModes } from "./parts/row-damage.ts";
import { publishedRows, readRows, restoreRows, writeDamage, type RowDamage } from "./parts/rows.ts";
import { seenWithin } from "./parts/seen-within.ts";

const kind = "index.corruption";
const backupName = "rows.bin";
/** Self-retrieval must fall by at least this share of the damage: a damaged row may still be found first by chance. */
const requiredShare = 0.5;
/** A replica that reloads on change needs a moment; one that maps the file none. */
const effectWithinMs = 5_000;

const paramsSchema = z.strictObject({
  share: z.number().min(0.05).max(1).default(0.3),
  mode: z.enum(damageModes).default("zero"),
  role: z.literal("index").default("index"),
});
type Params = z.infer<typeof paramsSchema>;
/** `backup` and `fileHash`: SHA-256 of the backup of the chosen rows, and of the whole file before; `rows`: all it stores. */
type Undo = {
  readonly damage: RowDamage;
  readonly backup: string;
  readonly fileHash: string;
  readonly rows: number;
};

export const indexCorruption: Fault<Params, Undo> = {
  kind,
  summary: "Overwrites a seeded share of the stored rows of one replica's index file in place.",
  wayBack: "writes the rows back that still hold its damage, from a copy made before",
  needs: ["published-files", "vector-probe"],
  parse: (input) => parseParams(kind, paramsSchema, input),

  async prepare(params, site) {
    const files = need(site, kind, "files");
    const file = await publishedRows(files, params.role);
    const damage = damageOf(file, params, site.seed);
    const backup = await need(site, kind, "backups").keep(backupName, await readRows(files, damage));
    return { damage, backup, fileHash: await files.hash(damage.path), rows: file.payload.rows };
  },

  async apply(params, { damage, backup, rows }, site, signal) {
    const files = need(site, kind, "files");
    const vectors = need(site, kind, "vectors");
    const sample = sampleFor(params.share, rows);
    const fall = requiredShare * params.share;
    const before = await vectors.selfRetrieval(sample, signal);
    await refuseOtherRows(files, damage, await need(site, kind, "backups").recall(backupName, backup));
    const hashBefore = await files.hash(damage.path);
    signal.throwIfAborted();
    await writeDamage(files, damage);
    const changed = (await files.hash(damage.path)) !== hashBefore;
    let after = before;
    let unanswered = "";
    // A quick healer may be restarting the replica at this very moment: an answer that is cut off is no answer yet.
    const fallen = async (): Promise<boolean> => {
      try {
        after = await vectors.selfRetrieval(sample, signal);
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        unanswered = `; once without an answer (${messageOf(thrown)})`;
        return false;
      }
      return before - after >= fall;
    };
    // A file that did not change will have no effect, however long one waits.
    const fell = await seenWithin(changed ? effectWithinMs : 0, signal, fallen);
    return {
      confirmed: changed && fell,
      expected: `file hash changed and self-retrieval lower by at least ${fall.toFixed(3)}`,
      seen: `hash ${changed ? "changed" : "unchanged"}; self-retrieval ${before.toFixed(3)} before, ${after.toFixed(3)} after (${sample} rows asked for)${unanswered}`,
    };
  },

  async revert(undo, site, signal) {
    const files = need(site, kind, "files");
    const original = await need(site, kind, "backups").recall(backupName, undo.backup);
    const restored = await restoreRows(files, undo.damage, original, signal);
    // A second pass finds nothing to do exactly when no row holds our damage any more.
    const left = await restoreRows(files, undo.damage, original, signal);
    const whole = (await files.hash(undo.damage.path)) === undo.fileHash;
    const fileNow = whole
      ? "byte for byte what it was"
      : "not what it was, by its owner's hand (replaced, changed or gone)";
    return {
      confirmed: left === 0,
      expected: "no row of the file still holds our damage",
      seen: `${restored} rows put back; the file is ${fileNow}`,
    };
  },
};

function damageOf({ path, payload }: PublishedFile, { share, mode }: Params, seed: number): RowDamage {
  const { offset, rowBytes, rows } = payload;
  return { path, offset, rowBytes, runs: chooseRows(rows, share, seed), mode, seed };
}

/** Recalling the backup before any harm also shows that the way back can be read. */
async function refuseOtherRows(files: FileControl, damage: RowDamage, backup: Uint8Array): Promise<void> {
  if (Buffer.compare(await readRows(files, damage), backup) === 0) return;
  throw new HarnessError("environment", `rows of ${damage.path} changed since they were saved: the way back is stale`);
}

/** Enough rows that about 30 damaged ones are among them; fewer would make the proof a matter of luck. */
function sampleFor(share: number, rows: number): number {
  return Math.min(rows, Math.max(64, Math.ceil(30 / share)));
}
