// Every file of a folder with its hash. A file whose inode, size, mtime and ctime are as they were is not read again:
// ctime cannot be set back by hand, so a 90 MB model costs its hash once a run (about 0.1 s) and a few µs at every
// later look.

import { createHash } from "node:crypto";
import { createReadStream, type BigIntStats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { SeenFile } from "../../records/survey.ts";
import { ifAbsent } from "../../lib/fs.ts";

/** More files than this are not looked at: the survey must not cost seconds. */
const mostFiles = 5_000;

const hashes = new Map<string, string>();

/**
 * Every file and link below `folder`, by path; none when it is not there. Throws when there are too many, or one is
 * unreadable.
 */
export async function surveyFolder(folder: string): Promise<readonly SeenFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifAbsent);
  const paths = (entries ?? [])
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  if (paths.length > mostFiles) throw new Error(`${folder} holds ${paths.length} files, more than ${mostFiles}`);
  const files: SeenFile[] = [];
  for (const path of paths.sort()) {
    const stats = await lstat(path, { bigint: true }).catch(ifAbsent);
    if (stats !== undefined) files.push({ path, size: Number(stats.size), sha256: await hashOf(path, stats) });
  }
  return files;
}

async function hashOf(path: string, stats: BigIntStats): Promise<string> {
  if (stats.isSymbolicLink()) return sha256(await readlink(path));
  if (!stats.isFile()) return sha256("neither a file nor a link");
  const key = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(":");
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const sum = createHash("sha256");
  await pipeline(createReadStream(path), sum);
  const hash = sum.digest("hex");
  hashes.set(key, hash);
  return hash;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
