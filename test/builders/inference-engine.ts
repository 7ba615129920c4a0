// The bundled engine of an inference replica, with cached blocks in memory unless a file is given.
import { engineHere, type Engine, type EngineParts } from "../../targets/reference-ai-stack/inference/generate.ts";
import type { BlockFile } from "../../targets/reference-ai-stack/inference/kv/block-file.ts";

export function engineForTest({ kvBlocks = 8192, ...parts }: Partial<EngineParts> = {}): Engine {
  return engineHere({ prefillPerSecond: 1e6, kvFile: rowsInMemory(), kvBlocks, ...parts });
}

function rowsInMemory(): BlockFile {
  const rows = new Map<number, string>();
  return {
    write: (row, text) => rows.set(row, text).size > 0,
    read: (row) => rows.get(row) ?? "",
    close: () => rows.clear(),
  };
}
