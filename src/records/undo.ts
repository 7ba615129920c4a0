// What an undo log may hold: one union for everybody who writes to it, so that an entry that no later process could
// read does not compile. Its shapes are not strict: a way back is taken also where a later build wrote more beside it.

import { z } from "zod";
import { json, noun, type Frozen } from "./parts.ts";

const marker = z.string().min(1).describe("In the environment of every process of the trial.");

const processEntrySchema = noun(
  "ProcessEntry",
  "Processes of a stack. Written before they start with the marker alone; again, with the leader, once that is known.",
  z.object({
    kind: z.literal("process"),
    marker,
    pid: z.number().int().positive().describe("The leader.").exactOptional(),
    startTime: z.string().describe("When the leader began, by the process table.").exactOptional(),
  }),
);
export type ProcessEntry = Frozen<z.infer<typeof processEntrySchema>>;

const directoryEntrySchema = noun(
  "DirectoryEntry",
  "A work folder to remove; written before it is made.",
  z.object({ kind: z.literal("directory"), path: z.string().min(1).describe("Where it is."), marker }),
);

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
      })
      .describe("Where it is applied."),
    seed: z.number().describe("What its choices follow from."),
    undoDir: z.string().describe("Where it keeps what is too large for this line."),
    undo: json.describe("What takes it back; only the fault itself reads it."),
    handle: json.describe("How a later process finds the stack; only the platform reads it."),
  }),
);
export type FaultEntry = Frozen<z.infer<typeof faultEntrySchema>>;

const proxiesEntrySchema = noun(
  "ProxiesEntry",
  "Proxies on a Toxiproxy that somebody else runs: all whose names begin with the prefix.",
  z.object({
    kind: z.literal("proxies"),
    apiUrl: z.string().describe("Where that Toxiproxy is."),
    prefix: z.string().min(1).describe("What their names begin with."),
  }),
);

const undoEntrySchema = noun(
  "UndoEntry",
  "One thing that a later process can take back.",
  z.discriminatedUnion("kind", [processEntrySchema, directoryEntrySchema, proxiesEntrySchema, faultEntrySchema]),
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
