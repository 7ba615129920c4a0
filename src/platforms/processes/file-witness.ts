// Looks at published files from outside: their hashes before and after, and of the bytes that faults wrote into them,
// by the undo log, how many are still there. What differs besides is the owner's: knowing only the hashes, a rebuilt
// file and a damaged one are both just "different".

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { damageLeft, type DamageLeft, type FileDamage } from "../../core/file-damage.ts";
import type { InventoryReplica } from "../../records/inventory.ts";
import type { SeenPublishedFile } from "../../records/survey.ts";
import { withOpenFile } from "./open-file.ts";

type Owner = Pick<SeenPublishedFile, "role" | "replica">;

export interface FileWitness {
  /**
   * Every file that is published, or was at an earlier look, that is there and lies in the work folder, as it is now.
   */
  look(replicas: readonly InventoryReplica[], damages: readonly FileDamage[]): Promise<readonly SeenPublishedFile[]>;
}

/** One witness for one trial. */
export function fileWitness(workDir: string): FileWitness {
  const known = new Map<string, Owner>();
  return {
    async look(replicas, damages) {
      const inside = `${await realpath(workDir)}${sep}`;
      for (const { replica, files = [] } of replicas) {
        for (const { path, role } of files) known.set(path, { replica, role });
      }
      const seen: SeenPublishedFile[] = [];
      for (const [path, owner] of known) {
        const now = await hashOf(path, inside);
        if (now !== undefined) seen.push({ path, ...owner, ...now, harmed: leftOf(path, damages) });
      }
      return seen;
    },
  };
}

async function hashOf(path: string, inside: string): Promise<{ sha256: string; size: number } | undefined> {
  const real = await realpath(path).catch(() => undefined);
  if (real?.startsWith(inside) !== true) return undefined;
  const { size } = await stat(real);
  const sum = createHash("sha256");
  await pipeline(createReadStream(real), sum);
  return { size, sha256: sum.digest("hex") };
}

/** Over all faults that wrote into the file. */
function leftOf(path: string, damages: readonly FileDamage[]): DamageLeft {
  const looks = damages
    .filter((damage) => damage.path === path)
    .map((damage) => withOpenFile(path, "read", (file) => damageLeft(file, damage)) ?? { parts: 0, of: 0 });
  return {
    parts: looks.reduce((sum, { parts }) => sum + parts, 0),
    of: looks.reduce((sum, { of }) => sum + of, 0),
  };
}
