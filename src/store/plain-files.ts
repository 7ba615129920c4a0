// A run folder may come from somebody else. A run writes folders and plain files alone: a link in it would have us read
// or write elsewhere, and a pipe would have us wait for ever.

import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { HarnessError } from "../core/errors.ts";
import { fileTrouble } from "../lib/fs.ts";
import { lessonsName } from "./learned.ts";
import { latestDraftName } from "./run-folder.ts";

/** There for an instant when a run ends; and what healers keep as they like. Neither is read of a recorded run. */
const unread = [latestDraftName, lessonsName];

/** Throws HarnessError "bad-input" where anything below the folder is neither a folder nor a plain file. */
export async function assertPlainFiles(runDir: string): Promise<void> {
  const entries = await readdir(runDir, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new HarnessError("bad-input", `${runDir} cannot be read: ${fileTrouble(cause)}`, { cause });
  });
  for (const entry of entries) {
    if (entry.isFile() || entry.isDirectory()) continue;
    const path = relative(runDir, join(entry.parentPath, entry.name));
    if (unread.includes(path.split(sep)[0] ?? "")) continue;
    const found = entry.isSymbolicLink() ? "a link" : "neither a folder nor a plain file";
    throw new HarnessError("bad-input", `${join(runDir, path)} is ${found}; expected what a run writes`, {
      hint: "a run folder holds folders and plain files alone; where you trust it, copy it with `cp -rL`",
    });
  }
}
