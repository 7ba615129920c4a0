// What all faults of a cache's file have in common: some of the rows in use are damaged in place, and proved by asking
// the replica the same twice, out of the cache and around it.

import { z } from "zod";
import type { Fault } from "../../core/fault.ts";
import { fault, type DoseOf } from "../fault.ts";
import { damageKept, observeKept, prepareKept, revertKept, savedDamage } from "./kept-rows.ts";
import type { KeptRows, KeptUndo } from "./kept-rows.ts";
import type { RowDamage } from "./rows.ts";

/**
 * Prompts of ours where each is kept in one row: a damage misses all ten in (1 − share) to the power of 10, which is
 * one case in 9 at a share of 0.2, and one in 1,000 at a half. What was missed was not confirmed, and is no trial.
 */
export const keptPrompts = 10;

/** Share of the rows in use; below a fifth the harm would often be done and not be seen. `what`: what they become. */
export function keptShare(rows: string, what: string): z.ZodDefault<z.ZodNumber> {
  const words = `Share of the ${rows} in use that ${what}: 0.2 to 1, 0.5 when absent.`;
  return z.number().min(0.2).max(1).default(0.5).describe(words);
}

interface KeptFault<Schema extends z.ZodObject> extends Omit<KeptRows, "kind"> {
  readonly name: string;
  readonly about: string;
  readonly params: Schema;
  readonly example: z.input<Schema>;
  readonly dose: DoseOf<Schema>;
  /** What stands in the damaged rows, and how many they are. */
  readonly damage: (params: z.output<Schema>) => { readonly share: number; readonly mode: RowDamage["mode"] };
}

/** A fault of a cache's file. */
export function keptFault<Schema extends z.ZodObject>(spec: KeptFault<Schema>): Fault<z.output<Schema>, KeptUndo> {
  const { name, about, params, example, dose, damage, role, rows, prompts } = spec;
  const kept: KeptRows = { kind: name, role, rows, prompts };
  return fault({
    name,
    about,
    wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
    acts: "replica",
    needs: ["files", "answers", "backups"],
    wants: ["edits", "process", "replica"],
    params,
    example,
    dose,

    prepare: async (given, site): Promise<KeptUndo> => prepareKept(kept, damage(given), site),
    apply: async (_given, undo, site, signal) => damageKept(kept, undo, site, signal),
    observe: async ({ undo }, site, signal) => observeKept(kept, undo, site, signal),
    revert: async (undo, site, signal) => revertKept(kept, undo, site, signal),
    wrote: async (undo, site) => [await savedDamage(name, undo, site)],
  });
}
