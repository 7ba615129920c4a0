// What the shapes of files are made of.

import { z } from "zod";
import type { Json } from "../core/units.ts";

/** The type of a record as everybody but its writer sees it: read-only all the way down. */
export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** One incarnation of something that runs: a text of its platform, equal exactly when it is the same incarnation. */
export const instance = z
  .string()
  .min(1)
  .describe("What runs, in the platform's words: the same text exactly when it is the same incarnation.");

/** What a file or folder of ours may be called: nothing that leads elsewhere. */
const plain = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

/** Id of a run, which names its folder; `latest`, `history` and `sweeps` lie beside those folders. */
export const runIdSchema = z
  .string()
  .regex(
    new RegExp(`^(?!(?:latest|history|sweeps)$)${plain}$`),
    "a name of a run: letters, digits, dots, _ and - alone",
  );

/** Id of an intent, which leads to the folders of its trials. */
export const intentIdSchema = z
  .string()
  .regex(new RegExp(`^${plain}(?:/${plain})*$`), "an id of an intent: theme/name, of letters, digits, dots, _ and -");

/** A length of time, ms. */
export const ms = z.number().meta({ unit: "ms" });

/** An instant, ms since the trial's epoch on the harness's monotonic clock. */
export const instant = z.number().meta({ unit: "ms since the epoch of the trial" });

/** How many of something. */
export const count = z.number().int().nonnegative();

/** A share; 0 to 1. Not bounded here: results are shown as they were written. */
export const share = z.number().meta({ unit: "share of 1" });

/** What a dose is counted in. */
export const doseUnit = z.enum(["ms", "share", "times", "KB/s"]);

/** Anything that survives JSON. */
export const json: z.ZodType<Json> = z
  .lazy(() => z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]))
  .meta({ id: "Json", description: "Any JSON value." });

/**
 * Gives a shape its name and its sentence. JSON Schemas and the reference page show it once under that name, and refer
 * to it wherever it is used. Names are unique among all records.
 */
export function noun<Schema extends z.ZodType>(id: string, description: string, schema: Schema): Schema {
  return schema.meta({ id, description });
}
