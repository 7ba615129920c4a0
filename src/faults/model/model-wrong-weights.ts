// model.wrong-weights: the last layer of the model by which a replica embeds becomes another one, file and manifest
// together, and the replica loads it. Every hash fits, and vectors have the length that they always had; proved by the
// file's hash and by embedding the same texts before and after.

import { z } from "zod";
import { areAlike, type Answer } from "../../core/answer.ts";
import { fault } from "../fault.ts";
import {
  harmFile,
  mendIndex,
  saveIndex,
  savedDamages,
  type FileBefore,
  type IndexUndo,
} from "../parts/index-damage.ts";
import { publishedRows } from "../parts/rows.ts";
import { seenWithin } from "../parts/seen-within.ts";

const kind = "model.wrong-weights";
/** Texts of ours that are embedded before and after. */
const prompts = 6;
/** At least this share of them must have another vector: a model that is no other may differ in one by chance. */
const requiredShare = 0.5;
/** A replica that answers before it has loaded what it was told to needs a moment. */
const effectWithinMs = 5_000;
/** Each row of the layer as another model of equal dimension would have it; or no text moves what comes out of it. */
const modes = { swapped: "turn", collapsed: "zero" } as const;

interface Before extends FileBefore {
  readonly answers: readonly Answer[];
}

export const modelWrongWeights = fault({
  name: kind,
  about:
    "Has a replica embed by another model of equal dimension, or by one that gives all texts one vector; hashes fit.",
  wayBack: "writes back what still is as it left it, has the replica load it, and starts one that died of it",
  acts: "replica",
  needs: ["files", "edits", "answers", "backups"],
  wants: ["process", "replica"],
  params: z.strictObject({
    model: z
      .enum(["swapped", "collapsed"])
      .default("swapped")
      .describe(
        "Swapped (when absent): another one of equal dimension; collapsed: one that gives all texts the same vector.",
      ),
  }),
  example: { model: "swapped" },

  async prepare({ model }, site): Promise<IndexUndo> {
    const published = await publishedRows(site.controls.files, "model");
    const { path, payload } = published;
    const { rows, ...lying } = payload;
    const damage = { path, ...lying, runs: [[0, rows]], mode: modes[model], seed: site.seed } as const;
    return saveIndex(site, { kind, published, damage, manifest: "model-manifest" });
  },

  async apply(_params, undo, site, signal): Promise<Before> {
    const answers = await site.controls.answers.around(prompts, signal);
    return { answers, ...(await harmFile(kind, undo, site, signal)) };
  },

  async observe({ params: { model }, undo, before }, { controls: { files, answers } }, signal) {
    const changed = (await files.hash(undo.damage.path)) !== before.hashBefore;
    let now: readonly Answer[] = [];
    const confirmed = await seenWithin(changed ? effectWithinMs : 0, signal, async () => {
      now = await answers.around(prompts, signal);
      return changed && othersIn(before.answers, now) >= requiredShare * prompts && (model === "swapped" || isOne(now));
    });
    const alike = isOne(now) ? ", all of them the same" : "";
    const collapsed = model === "collapsed" ? ", all of them the same" : "";
    const hash = `hash ${changed ? "changed" : "unchanged"}${before.besides}`;
    const others = `${othersIn(before.answers, now)} of ${prompts} texts embedded otherwise than before${alike}`;
    return {
      confirmed,
      expected: `file hash changed, and of ${prompts} texts at least half embedded otherwise${collapsed}`,
      seen: `${hash}; ${others}`,
    };
  },

  revert: async (undo, site, signal) => mendIndex(kind, undo, site, signal),
  wrote: async (undo, site) => savedDamages(kind, undo, site),
});

function othersIn(before: readonly Answer[], now: readonly Answer[]): number {
  return now.filter((answer, n) => {
    const then = before[n];
    return then === undefined || !areAlike(then, answer);
  }).length;
}

function isOne(answers: readonly Answer[]): boolean {
  const [first] = answers;
  return first !== undefined && answers.every((answer) => areAlike(first, answer));
}
