// A file of cached blocks that ends with its test.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createBlockFile, type BlockFile } from "../../../../../targets/reference-ai-stack/inference/kv/block-file.ts";

export function blockFileForTest(rows: number): { readonly path: string; readonly file: BlockFile } {
  const folder = mkdtempSync(join(tmpdir(), "blocks-"));
  const path = join(folder, "prefix-cache.bin");
  const file = createBlockFile(path, rows);
  onTestFinished(() => {
    file.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { path, file };
}
