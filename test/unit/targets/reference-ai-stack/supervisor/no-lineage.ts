// A lineage that keeps nothing, for apps of which something else is tested.
import type { Lineage } from "../../../../../targets/reference-ai-stack/supervisor/lineage.ts";

export const NO_LINEAGE: Lineage = {
  note: async () => undefined,
  read: async () => ({ chain: { ok: true, records: 0, lastHash: "", events: [] }, entries: [] }),
  close: async () => undefined,
};
