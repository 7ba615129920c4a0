// The engine of this replica, the bundled one or a language model, with the KV memory that its configuration gives it.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { StackConfig } from "../config.ts";
import { engineHere, type Engine } from "./generate.ts";
import { llamaEngine } from "./llama/engine.ts";
import { createBlockFile } from "./kv/block-file.ts";
import { prefixCacheFile } from "./kv/prefix-cache-path.ts";

/** Its cache is empty at each start: what a former process left there is nobody's. */
export function openEngine({ dataDir, replicaId = "", inference }: StackConfig): Engine {
  if (inference.engine === "llama") return llamaEngine(inference);
  const path = prefixCacheFile(dataDir, replicaId);
  mkdirSync(dirname(path), { recursive: true });
  const { kvBlocks, prefillPerSecond } = inference;
  return engineHere({ kvBlocks, prefillPerSecond, kvFile: createBlockFile(path, kvBlocks) });
}
