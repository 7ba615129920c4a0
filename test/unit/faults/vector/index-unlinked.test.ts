// The proof of index.unlinked: that the file at the path is the one that was put there, not merely another one, and
// that the replica answers from the one that it has open.

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Fault } from "../../../../src/core/fault.ts";
import { indexUnlinked } from "../../../../src/faults/vector/index-unlinked.ts";

const fault: Fault = indexUnlinked;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const noAnswer = new Error("no answer in time");

test.each([
  ["ours", "half", [1], true, "hash that of our file; self-retrieval 1.000 before, after: 1.000"],
  ["the old one", "whole", [1], false, "hash unchanged"],
  ["what its owner saved meanwhile", "new", [1], false, "hash that of neither file"],
  ["ours, of which a replica that loads it finds half", "half", [0.5], false, "after: 0.500"],
  ["ours, once a busy replica answers", "half", [noAnswer, 0.96], true, "after: 0.960"],
  ["ours, of which a replica that reads it anew dies", "half", [noAnswer], false, "after: no answer in time"],
] as const)(
  "takes effect only while the replica answers as before, and the file at the path is ours: of %s",
  async (...of) => {
    const [, lies, found, confirmed, seen] = of;
    const unasked = async (): Promise<never> => Promise.reject(new Error("nobody asked for this"));
    const files = {
      published: unasked,
      publishedIfAny: unasked,
      read: unasked,
      write: unasked,
      hash: async () => sha256(lies),
    };
    let looks = 0;
    const selfRetrieval = async (): Promise<number> => {
      const one = found[Math.min(looks, found.length - 1)] ?? 0;
      looks += 1;
      return typeof one === "number" ? one : Promise.reject(one);
    };
    const controls = {
      files,
      vectors: { selfRetrieval },
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
  },
);
