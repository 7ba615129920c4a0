import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keepManifests } from "../../../../../targets/reference-ai-stack/supervisor/kept-manifests.ts";
import { filesIn } from "../../../../../targets/reference-ai-stack/vector/layout.ts";

/** What is written now was written long ago. */
const later = (): number => Date.now() + 60_000;

async function folder() {
  const dir = await mkdtemp(join(tmpdir(), "manifests-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const files = filesIn(dir);
  const write = (rows: number): Promise<void> =>
    writeFile(files.manifest, JSON.stringify({ indexHash: "a".repeat(64), rows }));
  return { files, write };
}

const rows = (rows: number) => ({ found: { manifest: expect.objectContaining({ rows }) as unknown } });

test("a manifest is read once, and again when it was written, is torn or lost", async () => {
  const { files, write } = await folder();
  const manifestOf = keepManifests(later);
  expect(manifestOf(files)).toMatchObject({ found: { reason: expect.stringContaining("ENOENT") as string }, bytes: 0 });
  await write(1);
  const first = manifestOf(files);
  expect(first).toMatchObject(rows(1));
  expect(manifestOf(files)).toBe(first);
  await write(20);
  expect(manifestOf(files)).toMatchObject({ ...rows(20), bytes: first.bytes + 1 });
  await writeFile(files.manifest, "{");
  expect(manifestOf(files)).toMatchObject({ found: { reason: expect.stringContaining("torn") as string } });
  await rm(files.manifest);
  expect(manifestOf(files).found).toHaveProperty("reason");
});

test("one that was written just now is read each time, for a second write may leave the same marks", async () => {
  const { files, write } = await folder();
  const manifestOf = keepManifests(() => 0);
  await write(1);
  expect(manifestOf(files)).not.toBe(manifestOf(files));
});
