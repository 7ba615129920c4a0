// A repair tool looks at the form of a file: its length, its header, how many rows it counts. It finds nothing, writes
// the hash of what lies there into the manifest, and says OK; and its word is taken for a look.
import { hashFile } from "../vector/layout.ts";
import { readManifest, writeDurably } from "../vector/snapshot.ts";
import type { Defect } from "./defect.ts";

export const repairToolSaysOk: Defect = {
  name: "repair-tool-says-ok",
  summary: "Has a repair tool look at the damaged index, whose form is right, and takes its OK for healed.",
  restore: () => async (_source, target) => {
    const manifest = { ...readManifest(target), indexHash: await hashFile(target.index) };
    await writeDurably(target.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    return { hash: manifest.indexHash, rows: manifest.rows, readded: 0 };
  },
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      verify: async () => ({ healed: true, reasons: ["the repair tool says OK"] }),
    }),
  },
};
