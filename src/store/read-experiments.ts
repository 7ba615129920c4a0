// Finds and reads the files people write: intents below experiments/, targets below targets/.

import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import type { Dirent, Stats } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HarnessError } from "../core/errors.ts";
import { isTargetName } from "../core/target-files.ts";
import { fileTrouble, isAbsent } from "../lib/fs.ts";

// The linter refuses anything longer; reading stops a little after its bound.
const mostBytes = 1024 * 1024;

/**
 * Every `experiments/**\/*.yaml` (or .yml) below `root`, as absolute paths in alphabetical order; none when there is no
 * such folder.
 */
export async function findExperiments(root: string): Promise<string[]> {
  const entries = await list(join(root, "experiments"), true);
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/**
 * Every `targets/<name>/target.yaml`, `targets/foreign/<name>/target.yaml` and `targets/<folder>/<name>.target.yaml`
 * below `root`, as absolute paths in alphabetical order.
 */
export async function findTargets(root: string): Promise<string[]> {
  const folders = await targetFolders(root);
  const found = await Promise.all(
    folders
      .filter((entry) => entry.isDirectory())
      .map(async (entry) => {
        const files = await list(join(entry.parentPath, entry.name), false);
        return files.filter((file) => isTargetName(file.name)).map((file) => join(file.parentPath, file.name));
      }),
  );
  return found.flat().toSorted();
}

/** Folders below targets/, and those below `targets/foreign`: stacks that were written elsewhere have a folder each. */
async function targetFolders(root: string): Promise<Dirent[]> {
  const [own, foreign] = await Promise.all([
    list(join(root, "targets"), false),
    list(join(root, "targets/foreign"), false),
  ]);
  return [...own, ...foreign];
}

/**
 * The files that a user named; a folder stands for every .yaml and .yml below it, in alphabetical order. Of a target's
 * own folder that is its `target.yaml`. Throws HarnessError "bad-input" for a folder without any.
 */
export async function filesNamed(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => ((await isFolder(path)) ? filesBelow(path) : Promise.resolve([path]))),
  );
  return found.flat();
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await list(folder, true);
  const files = entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const targets = files.filter((file) => isTargetName(basename(file))).map((file) => `${dirname(file)}/`);
  const named = files.filter(
    (file) => isTargetName(basename(file)) || !targets.some((target) => file.startsWith(target)),
  );
  if (named.length > 0) return named;
  throw new HarnessError("bad-input", `${folder} is a folder without a .yaml file`, {
    hint: "name an intent's file, or a folder that holds some",
  });
}

/** The text of one file, cut after 1 MiB; throws HarnessError "bad-input" when it cannot be read. */
export async function readText(path: string): Promise<string> {
  try {
    assertEnds(await stat(path));
    await using file = await open(path, "r");
    const buffer = Buffer.alloc(Math.min(mostBytes, (await file.stat()).size));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (thrown) {
    throw new HarnessError("bad-input", `cannot read ${path}: ${fileTrouble(thrown)}`, { cause: thrown });
  }
}

/**
 * The whole text of a file of any length, such as a dataset; throws when it cannot be read, may have no end, or is not
 * UTF-8.
 */
export function readWholeText(path: string): string {
  assertEnds(statSync(path));
  const bytes = readFileSync(path);
  if (!isUtf8(bytes)) throw new Error("it is not UTF-8");
  return bytes.toString("utf8");
}

/** A pipe or a device may never end. A folder is told as such where it is read. */
function assertEnds(found: Stats): void {
  if (!found.isFile() && !found.isDirectory()) throw new Error("it is a pipe, a socket or a device");
}

async function list(folder: string, recursive: boolean): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true, recursive });
  } catch (thrown) {
    if (isAbsent(thrown)) return [];
    throw new HarnessError("environment", `cannot list ${folder}: ${fileTrouble(thrown)}`, { cause: thrown });
  }
}
