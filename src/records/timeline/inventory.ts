// The inventory and its changes.

import { z } from "zod";
import { inventorySchema } from "../inventory.ts";
import { instant, noun, type Frozen } from "../parts.ts";

const cell = z.union([z.string(), z.number(), z.null()]);

const changeSchema = noun(
  "InventoryChange",
  "One thing that differs between two inventories.",
  z.strictObject({
    service: z.string().describe("The service."),
    replica: z.string().describe("The replica."),
    field: z.enum(["instance", "weight", "version", "state", "files", "presence"]).describe("What of it differs."),
    before: cell.describe("What it was; null: nothing."),
    after: cell.describe("What it is; null: nothing."),
  }),
);
export type InventoryChange = Frozen<z.infer<typeof changeSchema>>;

export const inventoryEventSchema = noun(
  "InventoryEvent",
  "The inventory differed from the one before. The first one has no changes.",
  z.strictObject({
    kind: z.literal("inventory"),
    at: instant.describe("When the look was over."),
    from: instant.describe("When the look began."),
    lastSameFrom: instant.describe("Start of the look that still saw the old state (equals from for the first)."),
    inventory: inventorySchema.describe("The whole of it."),
    changes: z.array(changeSchema).describe("What differs."),
  }),
);
export type InventoryEvent = Frozen<z.infer<typeof inventoryEventSchema>>;
