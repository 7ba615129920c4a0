// Whether a target is still made of the same files, as a digest: what was believed of another one counts for less.

import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import type { Target } from "../core/target.ts";

/** Of a target with more nothing is said: a plan must not wait for it. */
const most = { files: 5000, bytes: 100e6 };
/** Folders of what others made: installed, built, kept. */
const passedOver = new Set(["node_modules", "dist", "build", "target", "__pycache__"]);

/** The targets, by the names that were used, each with the digest of its files where one can be had. */
export async function withFilesDigests(
  targets: ReadonlyMap<string, Target>,
  used: readonly string[],
): Promise<ReadonlyMap<string, Target>> {
  const chosen = new Map(used.flatMap((name) => targets.get(name) ?? []).map((target) => [target.name, target]));
  const found = new Map<string, string | undefined>();
  for (const target of chosen.values()) found.set(target.name, await filesDigest(target));
  const withDigest = (target: Target): Target => {
    const digest = found.get(target.name);
    return digest === undefined ? target : { ...target, filesDigest: digest };
  };
  return new Map([...targets].map(([name, target]) => [name, withDigest(target)]));
}

/**
 * 16 hexadecimal digits over names and contents of every file below the folder of a target.yaml, without hidden ones
 * and what is installed or built there; of a NAME.target.yaml over that file alone, since others lie beside it.
 * Undefined where they are too many or cannot be read.
 */
async function filesDigest({ dir, file }: Pick<Target, "dir" | "file">): Promise<string | undefined> {
  const own = basename(file) === "target.yaml";
  try {
    const files = own ? await filesBelow(dir) : [resolve(dir, basename(file))];
    if (files.length > most.files) return undefined;
    const hash = createHash("sha256");
    let bytes = 0;
    for (const path of files) {
      bytes += (await stat(path)).size;
      if (bytes > most.bytes) return undefined;
      const content = await readFile(path);
      hash.update(`${relative(dir, path)}\0${content.length}\0`).update(content);
    }
    return hash.digest("hex").slice(0, 16);
  } catch {
    return undefined;
  }
}

async function filesBelow(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) =>
      relative(dir, path)
        .split(sep)
        .every((part) => !part.startsWith(".") && !passedOver.has(part)),
    )
    .toSorted();
}
