// The golden set is what its script makes of today's corpus and model, byte for byte; and preparing twice costs
// nothing.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { readStackConfig } from "../../targets/reference-ai-stack/config.ts";
import { goldenFile, readGolden } from "../../targets/reference-ai-stack/corpus/golden.ts";
import { openEmbeddingCache } from "../../targets/reference-ai-stack/embedder/cache.ts";
import { openIndex } from "../../targets/reference-ai-stack/vector/index-file.ts";
import { openRecords } from "../../targets/reference-ai-stack/vector/record-store.ts";
import { currentSnapshot } from "../../targets/reference-ai-stack/vector/snapshot.ts";

const STACK = join(import.meta.dirname, "../../dist/targets/reference-ai-stack");
const FIRST_BUILD_MS = 600_000;
const { cacheDir } = readStackConfig({});

async function runScript(name: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, STACK_CACHE_DIR: cacheDir };
  const { stdout } = await promisify(execFile)(process.execPath, [join(STACK, name), ...args], { env });
  return stdout;
}

describe("the prepared stack", () => {
  beforeAll(async () => {
    await runScript("prepare.js");
  }, FIRST_BUILD_MS);

  it("is not built again when it is there", async () => {
    const { index } = currentSnapshot(cacheDir).files;
    const before = await stat(index);
    expect(await runScript("prepare.js")).not.toContain("building");
    expect((await stat(index)).ino).toBe(before.ino);
  });

  it("has an index in which every record finds itself and every golden question finds its passage among four", async () => {
    const { files, manifest } = currentSnapshot(cacheDir);
    const [index, records, cache] = [
      await openIndex(files.index),
      openRecords(files.records),
      openEmbeddingCache(cacheDir),
    ];
    expect(manifest.rows).toBe(records.count());
    const rows = Array.from({ length: records.count() }, (_, row) => row);
    expect(rows.filter((row) => index.search(records.vectorOf(row), 1)[0]?.row !== row)).toEqual([]);
    const missed = readGolden().filter(({ question, passage }) => {
      const embedded = cache.get(question);
      if (embedded === undefined) return true;
      return !index.search(embedded.vector, 4).some((hit) => records.idOf(hit.row) === passage);
    });
    expect(missed).toEqual([]);
    records.close();
    cache.close();
  });

  it(
    "gives the golden set that is checked in, byte for byte",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "golden-"));
      await runScript("corpus/build-golden.js", join(folder, "golden.jsonl"));
      expect(await readFile(join(folder, "golden.jsonl"), "utf8")).toBe(await readFile(goldenFile(), "utf8"));
      await rm(folder, { recursive: true });
    },
    FIRST_BUILD_MS,
  );
});
