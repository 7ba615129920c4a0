// What a target publishes of itself: who runs where. The shape is part of the target contract (targets/README.md).

import { z } from "zod";
import { count, instance, noun, type Frozen } from "./parts.ts";

const pieceSchema = z.strictObject({
  at: count.describe("Where its first stretch begins, bytes."),
  bytes: count.min(1).describe("Length of one stretch, bytes."),
  every: count.describe("From one stretch to the next, bytes."),
  count: count.min(1).describe("How many stretches it has."),
});

const payloadSchema = z.strictObject({
  offset: count.describe("Where the rows begin, bytes."),
  rowBytes: count.describe("Length of one row, bytes."),
  rows: count.describe("How many rows there are."),
  pieces: z
    .array(pieceSchema)
    .min(1)
    .max(10_000)
    .describe("Where rows lie that are not in one piece from offset: in these stretches, one after another.")
    .exactOptional(),
});

const publishedFileSchema = noun(
  "PublishedFile",
  "A file that the target publishes as fault surface.",
  z.strictObject({
    role: z.string().describe("What the file is for; a role is unique in a replica."),
    path: z.string().describe("Where it is on this machine."),
    format: z.string().describe("How its rows are stored."),
    payload: payloadSchema.describe("The rows that may be damaged in place: rows × rowBytes bytes from offset."),
    reads: z
      .enum(["always", "at-load"])
      .describe("at-load: the replica holds it in memory; a change acts once it was told to load it anew.")
      .exactOptional(),
  }),
);
export type PublishedFile = Frozen<z.infer<typeof publishedFileSchema>>;

const replicaSchema = noun(
  "InventoryReplica",
  "One replica, as the target's inventory lists it.",
  z.strictObject({
    service: z.string().describe("The service that it belongs to."),
    replica: z.string().describe("Its name; unique in the target."),
    instance: instance.nullable().describe("What runs as the replica, by the target's word; null when nothing does."),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .describe("The port that the target says it listens on; absent where it names none.")
      .exactOptional(),
    version: z.string().describe("What it runs."),
    weight: z
      .number()
      .nonnegative()
      .describe("Share of traffic that it is given relative to its siblings: 1 full weight, 0 drained.")
      .exactOptional(),
    state: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .describe("What the stack has done to it that shows in no other field, such as how often its cache was cleared.")
      .exactOptional(),
    files: z.array(publishedFileSchema).describe("Files that faults may damage.").exactOptional(),
  }),
);
export type InventoryReplica = Frozen<z.infer<typeof replicaSchema>>;

export const inventorySchema = noun(
  "Inventory",
  "Who runs where, by the target itself.",
  z.strictObject({ replicas: z.array(replicaSchema).describe("Every replica, in the target's order.") }),
);
export type Inventory = Frozen<z.infer<typeof inventorySchema>>;

/**
 * A replica as it arrives from a target, which may publish more than the contract has: that is left out. What runs as
 * the replica is published in the platform's own words, and read by it.
 */
export const publishedReplicaSchema = replicaSchema
  .strip()
  .omit({ instance: true })
  .extend({
    files: z
      .array(
        publishedFileSchema.strip().extend({
          payload: payloadSchema
            .extend({ pieces: z.array(pieceSchema.strip()).min(1).max(10_000).exactOptional() })
            .strip(),
        }),
      )
      .exactOptional(),
  });
export type PublishedReplica = Frozen<z.infer<typeof publishedReplicaSchema>>;
