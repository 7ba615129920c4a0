// What a target publishes of itself: who runs where. The shape is part of the target contract (targets/README.md).

import type { PublishedFile } from "./platform.ts";

export interface InventoryReplica {
  readonly service: string;
  readonly replica: string;
  /** null when no process runs. */
  readonly pid: number | null;
  readonly port: number;
  readonly version: string;
  /** Share of traffic it is given relative to its siblings (1 = full weight, 0 = drained). */
  readonly weight?: number;
  readonly files?: readonly PublishedFile[];
}

export interface Inventory {
  readonly replicas: readonly InventoryReplica[];
}
