// A restore that takes what it finds: a copy of the damaged file, with a manifest that fits, and "restored" said of it.
import { copyFile, rename } from "node:fs/promises";
import { OWN_MARK } from "../common/process-mark.ts";
import { hashFile } from "../vector/layout.ts";
import { readManifest, writeDurably } from "../vector/snapshot.ts";
import type { Defect } from "./defect.ts";

export const restoresTheDamagedSnapshot: Defect = {
  name: "restores-the-damaged-snapshot",
  summary: "Restores a copy of the damaged index without opening it, and reports success.",
  restore: () => async (_source, target) => {
    const fresh = `${target.index}.new-${OWN_MARK}`;
    await copyFile(target.index, fresh);
    const manifest = { ...readManifest(target), indexHash: await hashFile(fresh) };
    await rename(fresh, target.index);
    await writeDurably(target.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    return { hash: manifest.indexHash, rows: manifest.rows, readded: 0 };
  },
};
