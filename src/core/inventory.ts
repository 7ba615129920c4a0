export type { Inventory, InventoryReplica } from "../records/inventory.ts";
