// Putting a new generation of an index in the place of the old one, so that whoever is killed at any step leaves the
// old one or the new one, and never the file of one with the manifest of the other. What the next one will be is
// written down first; whoever opens the index finishes what was begun, or forgets it.
import { existsSync } from "node:fs";
import { readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { isRunning, MARK, OWN_MARK } from "../../common/process-mark.ts";
import type { IndexFiles, Manifest } from "../layout.ts";
import { syncFile } from "../snapshot.ts";
import { hashIndex } from "./generation.ts";

/** The manifest of a generation that a process is putting in place. */
function nextManifest({ manifest }: IndexFiles, mark: string): string {
  return `${manifest}.next-${mark}`;
}

/** Steps of publishing, in their order. */
export const PUBLISH_STEPS = ["announced", "moved away", "moved in", "described"] as const;

interface Publisher {
  /** Of the process that does it (`markOf`): what it leaves is removed once it is gone. */
  readonly mark?: string;
  /** Called behind each step. */
  readonly after?: (step: (typeof PUBLISH_STEPS)[number]) => void;
}

/** Moves `fresh`, which is on the disk, to where the index is, with its manifest. */
export async function publish(
  fresh: string,
  files: IndexFiles,
  manifest: Manifest,
  { mark = OWN_MARK, after = () => undefined }: Publisher = {},
): Promise<void> {
  const next = nextManifest(files, mark);
  const draft = `${files.manifest}.new-${mark}`;
  await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
  await syncFile(draft);
  await rename(draft, next);
  after("announced");
  // A folder does not take the place of one that is there.
  const old = `${files.index}.old-${mark}`;
  const isFolder = (await stat(fresh)).isDirectory();
  if (isFolder && existsSync(files.index)) await rename(files.index, old);
  after("moved away");
  await rename(fresh, files.index);
  after("moved in");
  await rename(next, files.manifest);
  after("described");
  await rm(old, { recursive: true, force: true });
}

/**
 * Ends what a process began that is gone: the new generation where its index is in place, else the old one; and removes
 * what such processes left half-made. Call it before the index is opened, in the replica's turn.
 */
export async function settle(files: IndexFiles): Promise<void> {
  const left = await leftovers(files);
  const old = left.find((path) => path.startsWith(`${files.index}.old-`));
  if (!existsSync(files.index) && old !== undefined) await rename(old, files.index);
  for (const next of left.filter((path) => path.startsWith(`${files.manifest}.next-`))) {
    const { indexHash } = JSON.parse(await readFile(next, "utf8")) as Manifest;
    const hash = existsSync(files.index) ? await hashIndex(files.index) : "";
    if (hash === indexHash) await rename(next, files.manifest);
  }
  for (const path of left) await rm(path, { recursive: true, force: true });
}

/**
 * What processes that are gone left beside index and manifest: their mark stands in each name, and an engine's own end
 * behind it.
 */
async function leftovers(files: IndexFiles): Promise<readonly string[]> {
  const dir = dirname(files.index);
  const starts = [basename(files.index), basename(files.manifest)].map((name) => `${name}.`);
  const names = (await readdir(dir)).filter((name) => starts.some((start) => name.startsWith(start)));
  const marked = new RegExp(`\\.(?:new|next|old|trial)-(${MARK})(?:[.-].*)?$`);
  return names.flatMap((name) => {
    const mark = marked.exec(name)?.[1];
    return mark === undefined || isRunning(mark) ? [] : [`${dir}/${name}`];
  });
}
