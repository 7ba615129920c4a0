// index.old-manifest: what the manifest of before says, and that nothing is proved by a file alone.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Controls } from "../../../../src/core/controls.ts";
import type { Fault } from "../../../../src/core/fault.ts";
import { manifestBefore } from "../../../../src/faults/parts/manifest-before.ts";
import { indexOldManifest } from "../../../../src/faults/vector/index-old-manifest.ts";

const hash = "a".repeat(64);
const [rows, left] = [50, 35];
const before = (text: string): string =>
  Buffer.from(manifestBefore(Buffer.from(text), { hash, rows, left })).toString();

test("the manifest of before names fewer rows and the hash of another file, and all else as now", () => {
  const text = `{"corpus":"${"c".repeat(64)}","rows": 50,"dimension":50,"indexHash":"${hash}","rowsIn":{"rows":50}}`;
  const said = before(text);
  const other = /"indexHash":"([0-9a-f]{64})"/.exec(said)?.[1] ?? "";
  expect(other).not.toBe(hash);
  expect(said).toBe(text.replace(hash, other).replace('"rows": 50', '"rows": 35'));
  expect(before(text)).toBe(said);
});

test.each([
  [`{"rows":50}`, `does not name the hash of its file, ${hash}`],
  [`{"indexHash":"${hash}","rows":500}`, "does not name a count of 50 rows"],
  [`{"indexHash":"${hash}","dimension":50}`, "does not name a count of 50 rows"],
])("a manifest that does not say what is true now is refused: %s", (text, says) => {
  expect(() => before(text)).toThrow(says);
});

test("a share that leaves no row out, or none in, is refused before anything is touched", async () => {
  const published = { role: "index", path: "/index", format: "f32", payload: { offset: 0, rowBytes: 16, rows: 2 } };
  const files = { published: () => Promise.resolve(published) };
  const controls = { files, edits: {}, vectors: {}, backups: {}, replica: {} } as unknown as Controls;
  const site = { service: "vec", replica: "vec-1", seed: 1, undoDir: "/nowhere", controls };
  await expect(indexOldManifest.prepare({ share: 0.05 }, site)).rejects.toThrow("of 2 rows a share of 0.05 is none");
});

const fault: Fault = indexOldManifest;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test.each([
  ["in whole answers fewer rows find themselves", "old", "index", 0.7, true],
  ["a reader that took no notice", "old", "index", 1, false],
  ["a manifest that its owner wrote meanwhile", "new", "index", 0.7, false],
  ["an index that is another one by now", "old", "other", 0.7, false],
])("takes effect where both files are what they should be and answers show it: %s", async (...of) => {
  const [, manifest, index, share, confirmed] = of;
  const files = { hash: async (path: string) => sha256(path === "/manifest" ? manifest : index) };
  const controls = {
    files,
    vectors: { selfRetrieval: async (_sample: number, _signal: AbortSignal, hits = 1) => (hits === 2 ? share : 1) },
    edits: {},
    replica: {},
    backups: {},
  } as unknown as Controls;
  const site = { service: "vector", replica: "vector-1", seed: 1, undoDir: "/nowhere", controls };
  const now = { hash: sha256("index"), rows, left };
  const undo = { path: "/manifest", index: "/index", backup: "", made: sha256("old"), rows, claims: [], now };
  const look = { share: 1, tookMs: 1, sample: 10, hits: 2, instance: undefined };
  // Time to take effect is given in a trial; a signal that has ended asks for no more than is there.
  const harmed = { params: { share: 0.3 }, undo, before: { look, loaded: "" } };
  const evidence = fault.observe(harmed, site, AbortSignal.timeout(100_000));
  expect(await evidence).toMatchObject({ confirmed });
});
