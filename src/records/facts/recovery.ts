// Whether it recovered, by which pathway, and whether it stayed so.

import { z } from "zod";
import { markSchema } from "../interval.ts";
import { ms, noun } from "../parts.ts";

export const pathwaySchema = z
  .string()
  .nullable()
  .describe("Pathway whose action took place on the true site before t6, by the claims; null when none did.");

export const recoverySchema = noun(
  "Recovery",
  "healed: under the fault; waited-out: only with our own way back; not-recovered; not-disturbed: the steady state never " +
    "broke; unseen: too little was seen.",
  z.enum(["healed", "waited-out", "not-recovered", "not-disturbed", "unseen"]),
);

export const relapseSchema = noun(
  "Relapse",
  "How long was watched after t6, and the first breach in that time.",
  z.strictObject({
    watchedMs: ms.describe("Watched."),
    wantedMs: ms.describe("To be watched: five times the hold."),
    at: markSchema.describe("The first breach; absent when there was none.").exactOptional(),
  }),
);
