// cache.opposite-answer: of two questions that are nearly the same and mean the opposite, such as how to enable and how
// to disable, each finds the answer that is kept for the other, as in a cache that goes by vectors alone. Nobody else's
// answer is touched: who looks with questions of its own finds nothing. Proved by the file, and by asking both
// questions out of the cache and around it.

import { z } from "zod";
import { areAlike } from "../../core/answer.ts";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import {
  overwriteKept,
  revertKept,
  rowsLeft,
  savedDamage,
  saveKept,
  type KeptRows,
  type KeptSite,
  type KeptUndo,
  type RowsThere,
} from "../parts/kept-rows.ts";
import type { RowRun } from "../parts/row-damage.ts";

const kind = "cache.opposite-answer";
const kept: KeptRows = { kind, role: "answer-cache", rows: "entries", prompts: 0 };
/** How long our questions may take to be asked before the harm, ms. */
const askedWithinMs = 10_000;

export const cacheOppositeAnswer = fault({
  name: kind,
  about: "Has questions find the answer that is kept for their opposite, which is nearly the same question.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "answers", "backups"],
  wants: ["edits", "process", "replica"],
  params: z.strictObject({
    pairs: z
      .int()
      .min(1)
      .max(50)
      .default(50)
      .describe("Pairs of questions that are struck at most, of those in asked_twice.opposites; all when absent."),
  }),
  example: { pairs: 2 },

  async prepare({ pairs }, site) {
    const limit = AbortSignal.timeout(askedWithinMs);
    const told: (readonly [string, string])[] = [];
    const struck = site.controls.answers.opposites.slice(0, pairs);
    for (const pair of struck) told.push(await textsOf(pair, site, limit));
    const choose = (all: RowsThere): readonly RowRun[] => told.flatMap((texts) => rowsOfPair(texts, all));
    const undo: KeptUndo = await saveKept(kept, { mode: "pairs", choose }, site);
    return { ...undo, pairs: struck.map(([one, other]) => [one, other]) };
  },

  apply: async (_params, undo, site, signal) => overwriteKept(kept, undo, site, signal),

  async observe({ undo }, site, signal) {
    const left = await rowsLeft(kind, undo, site);
    let taken = 0;
    for (const [one = "", other = ""] of undo.pairs) {
      const [mine, theirs] = [await asked(one, site, signal), await asked(other, site, signal)];
      if (areAlike(mine.anew, theirs.anew)) continue;
      for (const [{ kept: given }, { anew }] of [[mine, theirs] as const, [theirs, mine] as const]) {
        if (given !== undefined && areAlike(given, anew)) taken += 1;
      }
    }
    return {
      confirmed: left > 0 && taken > 0,
      expected: "entries in the file as we left them, and at least one question answered as its opposite is anew",
      seen: `${left} entries as we left them; ${taken} of ${2 * undo.pairs.length} questions answered as their opposite`,
    };
  },

  revert: async (undo, site, signal) => revertKept(kept, undo, site, signal),
  wrote: async (undo, site) => [await savedDamage(kind, undo, site)],
});

async function asked(word: string, site: KeptSite, signal: AbortSignal) {
  return site.controls.answers.about(word, signal);
}

/** What both are answered, which is kept from now on. */
async function textsOf(
  pair: readonly [string, string],
  site: KeptSite,
  signal: AbortSignal,
): Promise<readonly [string, string]> {
  const texts: string[] = [];
  for (const word of pair) {
    const { kept: given, anew } = await asked(word, site, signal);
    if (given !== undefined && areAlike(given, anew) && "says" in anew) texts.push(anew.says);
  }
  const [one, other] = texts;
  if (one !== undefined && other !== undefined) return [one, other];
  const what = `${site.replica} does not answer "${pair.join('" and "')}" with a text out of the cache as around it`;
  throw new HarnessError("environment", `${what}, before any damage`);
}

/** The two rows that hold them; none where one is kept nowhere, twice, or where both say the same. */
function rowsOfPair([one, other]: readonly [string, string], { bytes, rowBytes }: RowsThere): readonly RowRun[] {
  if (one === other) return [];
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = [one, other].flatMap((text) => {
    // As it stands in JSON.
    const said = Buffer.from(JSON.stringify(text), "utf8");
    const holding: number[] = [];
    for (let at = all.indexOf(said); at !== -1; at = all.indexOf(said, at + 1)) holding.push(Math.floor(at / rowBytes));
    return holding.length === 1 ? holding : [];
  });
  return rows.length === 2 ? rows.map((row) => [row, 1] as const) : [];
}
