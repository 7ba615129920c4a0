// The proof of index.manifest-lost: half of the manifest at the path, which nobody loads by, and a replica that answers
// as before.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Controls } from "../../../../src/core/controls.ts";
import type { Fault } from "../../../../src/core/fault.ts";
import { indexManifestLost } from "../../../../src/faults/vector/index-manifest-lost.ts";

const fault: Fault = indexManifestLost;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const refused = { ok: false, reason: "manifest.json is torn" } as const;

test.each([
  ["half, and a replica that answers", "half", refused, 1, true, "not loaded by it (manifest.json is torn)"],
  ["half, where nobody can have it loaded", "half", undefined, 1, true, "hash that of our half; self-retrieval"],
  ["half, by which a replica loads all the same", "half", { ok: true } as const, 1, false, "loaded by it"],
  ["half, and a replica that finds half", "half", refused, 0.5, false, "after: 0.500"],
  ["the whole one", "whole", refused, 1, false, "hash unchanged"],
  ["what its owner wrote meanwhile", "new", refused, 1, false, "hash that of neither file"],
])("takes effect where the manifest cannot be read and the answers stay: %s", async (...of) => {
  const [, lies, loaded, share, confirmed, seen] = of;
  const controls = {
    files: { hash: async () => sha256(lies) },
    vectors: { selfRetrieval: async () => share },
    edits: {},
    replica: {},
    backups: {},
  } as unknown as Controls;
  const site = { service: "vector", replica: "vector-1", seed: 1, undoDir: "/nowhere", controls };
  const undo = { path: "/manifest", backup: sha256("whole"), made: sha256("half"), rows: 10, claims: [] };
  const look = { share: 1, tookMs: 1, sample: 10, instance: undefined };
  const evidence = await fault.observe(
    { params: {}, undo, before: { look, loaded } },
    site,
    AbortSignal.timeout(10_000),
  );
  expect(evidence.confirmed).toBe(confirmed);
  expect(evidence.seen).toContain(seen);
});
