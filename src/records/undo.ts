// What an undo log may hold: one union for everybody who writes to it, so that an entry that no later process could
// read does not compile. Its shapes are not strict: a way back is taken also where a later build wrote more beside it.

import { z } from "zod";
import { json, noun, type Frozen } from "./parts.ts";

const platformEntrySchema = noun(
  "PlatformEntry",
  "Something of a platform that can be taken back; written before it comes to be.",
  z.object({
    kind: z.literal("platform"),
    platform: z.string().min(1).describe("The platform that wrote it; no other one opens it."),
    what: z.string().describe("What it is, for people."),
    way: json.describe("How it is taken back; only the platform reads it."),
  }),
);
export type PlatformEntry = Frozen<z.infer<typeof platformEntrySchema>>;

const faultEntrySchema = noun(
  "FaultEntry",
  "A fault about to be applied, with its undo and the platform's way back to the stack.",
  z.object({
    kind: z.literal("fault"),
    fault: z.string().describe("Its name."),
    site: z
      .object({
        service: z.string().describe("The service."),
        replica: z.string().describe("The replica."),
        edgeFrom: z.string().describe("Set for an edge.").exactOptional(),
        via: z.string().describe("Set for an edge that is another than the usual one.").exactOptional(),
      })
      .describe("Where it is applied."),
    seed: z.number().describe("What its choices follow from."),
    undoDir: z.string().describe("Where it keeps what is too large for this line."),
    undo: json.describe("What takes it back; only the fault itself reads it."),
    handle: json.describe(
      "How a later process finds the stack; `platform` is its platform's name, and only that one reads the rest.",
    ),
  }),
);
export type FaultEntry = Frozen<z.infer<typeof faultEntrySchema>>;

const undoEntrySchema = noun(
  "UndoEntry",
  "One thing that a later process can take back.",
  z.discriminatedUnion("kind", [platformEntrySchema, faultEntrySchema]),
);
export type UndoEntry = Frozen<z.infer<typeof undoEntrySchema>>;

const seq = z.number().int().positive().describe("The entry's number in the log, from 1; there are no gaps.");

export const undoLineSchema = noun(
  "UndoLine",
  "One line of undo.jsonl. `intend` is on disk before the harm is done; `done` once it was taken back.",
  z.discriminatedUnion("step", [
    z.object({ seq, step: z.literal("intend"), entry: undoEntrySchema }),
    z.object({ seq, step: z.literal("done") }),
  ]),
);
