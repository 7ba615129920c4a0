// Bytes of published files: only inside the stack's work folder, only what the stack itself has published.

import { createHash } from "node:crypto";
import { createReadStream, renameSync, statSync } from "node:fs";
import { open, realpath, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname, sep, basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { HarnessError } from "../../core/errors.ts";
import type { FileControl, FileEditControl } from "../../core/controls.ts";
import type { PublishedReplica } from "../../records/inventory.ts";
import { withOpenFile } from "./open-file.ts";
import { ifAbsent, openAnew, syncFolder } from "../../lib/fs.ts";

export interface FileBounds {
  readonly workDir: string;
  readonly replica: string;
  /** Published when the stack became ready: still known when it no longer answers. */
  readonly publishedFiles: readonly string[];
}

/** The controls of published files. They throw HarnessError "environment" for any path outside the bounds. */
export function fileControls(
  bounds: FileBounds,
  published: () => Promise<readonly PublishedReplica[]>,
): { readonly files: FileControl; readonly edits: FileEditControl } {
  const allowed = new Set(bounds.publishedFiles);
  return { files: fileControl(bounds, published, allowed), edits: editControl(bounds, allowed) };
}

function editControl({ workDir }: FileBounds, allowed: ReadonlySet<string>): FileEditControl {
  return {
    async inOneGo(path, act) {
      await check(path, workDir, allowed);
      return withOpenFile(path, "write", act);
    },
    async replace(path, bytes, { expected, by }) {
      await check(path, workDir, allowed);
      const before = await stat(path, { bigint: true }).catch(ifAbsent);
      if (before === undefined) return false;
      const beside = besides(path, by);
      try {
        await closing(await openAnew(beside, Number(before.mode)), async (handle) => {
          await handle.writeFile(bytes);
          await handle.sync();
        });
        if ((await hashOf(path)) !== expected) return false;
        // In one go with the renaming: its owner may have put another one there since, or changed this one.
        const now = statSync(path, { bigint: true, throwIfNoEntry: false });
        if (now?.ino !== before.ino || now.mtimeNs !== before.mtimeNs) return false;
        renameSync(beside, path);
      } finally {
        await rm(beside, { force: true });
      }
      await syncFolder(dirname(path));
      return true;
    },
    async discard(path, { by }) {
      await check(path, workDir, allowed);
      await rm(besides(path, by), { force: true });
    },
  };
}

function besides(path: string, by: string): string {
  return `${path}.${by}.part`;
}

/** Of nothing when the file is gone. */
async function hashOf(path: string): Promise<string> {
  const sum = createHash("sha256");
  await pipeline(createReadStream(path), sum).catch(ifAbsent);
  return sum.digest("hex");
}

function fileControl(
  bounds: FileBounds,
  published: () => Promise<readonly PublishedReplica[]>,
  allowed: Set<string>,
): FileControl {
  const look = async (role: string) => {
    const entry = (await published()).find(({ replica }) => replica === bounds.replica);
    const file = entry?.files?.find((candidate) => candidate.role === role);
    if (file !== undefined) allowed.add(file.path);
    return { entry, file };
  };
  return {
    async published(role) {
      const { entry, file } = await look(role);
      if (file === undefined) {
        const roles = entry?.files?.map((candidate) => candidate.role).join(", ") ?? "";
        throw new HarnessError(
          "environment",
          `${bounds.replica} publishes no file of role ${role} (it has: ${roles || "none"})`,
        );
      }
      return file;
    },
    async publishedIfAny(role) {
      const { entry, file } = await look(role);
      if (entry !== undefined) return file;
      throw new HarnessError("environment", `the inventory does not list ${bounds.replica}: its files cannot be seen`);
    },
    async hash(path) {
      await check(path, bounds.workDir, allowed);
      return hashOf(path);
    },
    async read(path, offset, length) {
      await check(path, bounds.workDir, allowed);
      const handle = await open(path, "r").catch(ifAbsent);
      if (handle === undefined) return new Uint8Array();
      return closing(handle, async () => {
        const bytes = new Uint8Array(length);
        const { bytesRead } = await handle.read(bytes, 0, length, offset);
        return bytes.subarray(0, bytesRead);
      });
    },
    async write(path, offset, bytes) {
      await check(path, bounds.workDir, allowed);
      await closing(await open(path, "r+"), async (handle) => {
        const { size } = await handle.stat();
        if (offset < 0 || offset + bytes.length > size) {
          throw new HarnessError("environment", `refusing to write past the end of ${path} (${size} bytes)`);
        }
        await handle.write(bytes, 0, bytes.length, offset);
      });
    },
  };
}

async function closing<T>(handle: FileHandle, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** Links are followed before comparing, so that no published path can lead out of the work folder. */
async function check(path: string, workDir: string, allowed: ReadonlySet<string>): Promise<void> {
  const inside = `${await realpath(workDir)}${sep}`;
  const real = await realOrParent(path);
  if (allowed.has(path) && real.startsWith(inside)) return;
  throw new HarnessError(
    "environment",
    `refusing to touch ${path}: not a published file inside the stack's work folder`,
  );
}

/** Of a file that is gone, alone or with the folders that it lay in: where it would be. */
async function realOrParent(path: string): Promise<string> {
  const real = await realpath(path).catch(ifAbsent);
  return real ?? join(await realOrParent(dirname(path)), basename(path));
}
