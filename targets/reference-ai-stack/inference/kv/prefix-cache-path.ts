// Where a replica keeps the contents of its cached blocks; the supervisor publishes it.

import { join } from "node:path";

/** Below the stack's data folder. */
export function prefixCacheFile(dataDir: string, replica: string): string {
  return join(dataDir, replica, "prefix-cache.bin");
}
