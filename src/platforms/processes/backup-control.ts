// Backups that a revert needs: written through to the disk before any harm, and never given back damaged.

import { createHash } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "../../core/errors.ts";
import type { BackupControl } from "../../core/controls.ts";
import { syncFolder } from "../../lib/fs.ts";

/** Keeps below `folder` (made when first needed). */
export function backupControl(folder: string): BackupControl {
  return {
    async keep(name, bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = await open(pathOf(folder, name), "w", 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(folder);
      return sha256(bytes);
    },
    async recall(name, expected) {
      const path = pathOf(folder, name);
      const bytes = await readFile(path).catch((cause: unknown) => {
        throw new HarnessError("environment", `the backup ${path} cannot be read`, { cause });
      });
      if (sha256(bytes) === expected) return bytes;
      throw new HarnessError("environment", `the backup ${path} is no longer what was written`);
    },
  };
}

function pathOf(folder: string, name: string): string {
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name)) throw new HarnessError("bug", `a backup's name must be plain: ${name}`);
  return join(folder, name);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
