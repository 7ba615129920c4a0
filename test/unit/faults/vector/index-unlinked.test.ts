// The proof of index.unlinked: that the file at the path is the one that was put there, not merely another one.

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Fault } from "../../../../src/core/fault.ts";
import { indexUnlinked } from "../../../../src/faults/vector/index-unlinked.ts";

const fault: Fault = indexUnlinked;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test.each([
  ["ours", "half", true, "hash that of our file"],
  ["the old one", "whole", false, "hash unchanged"],
  ["what its owner saved meanwhile", "new", false, "hash that of neither file"],
])("takes effect only while the file at the path is ours: of %s", async (_whose, lies, confirmed, seen) => {
  const unasked = async (): Promise<never> => Promise.reject(new Error("nobody asked for this"));
  const files = {
    published: unasked,
    publishedIfAny: unasked,
    read: unasked,
    write: unasked,
    hash: async () => sha256(lies),
  };
  const controls = {
    files,
    vectors: { selfRetrieval: async () => 1 },
    edits: { inOneGo: unasked, replace: unasked, discard: unasked },
    replica: { ensureRunning: unasked },
    backups: { keep: unasked, recall: unasked },
  };
  const site = { service: "vector", replica: "vector-1", seed: 1, undoDir: "/nowhere", controls };
  const undo = { path: "/index", backup: sha256("whole"), made: sha256("half"), rows: 10, claims: [] };
  const harmed = { params: {}, undo, before: { share: 1, tookMs: 1, sample: 10, instance: null } };
  const evidence = await fault.observe(harmed, site, AbortSignal.timeout(10_000));
  expect(evidence.confirmed).toBe(confirmed);
  expect(evidence.seen).toContain(seen);
});
