// What this product asks of the file system in more than one room.

import { open, rm, type FileHandle } from "node:fs/promises";

/** Why a file could not be read or listed, in words for people. */
export function fileTrouble(thrown: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: "it is not there",
    ENOTDIR: "a part of its path is no folder",
    EISDIR: "it is a folder",
    EACCES: "it may not be read by this user",
    EPERM: "it may not be read by this user",
  };
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  return words[code] ?? (thrown instanceof Error ? thrown.message : String(thrown));
}

/** True for a system's error with this code, such as `EEXIST`. */
export function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === code;
}

/** True for the error about a file or folder that is not there (ENOENT). One that may not be read is there. */
export function isAbsent(thrown: unknown): boolean {
  return isCode(thrown, "ENOENT");
}

/** For `catch`: undefined for what is not there; every other error goes on. */
export function ifAbsent(thrown: unknown): undefined {
  if (isAbsent(thrown)) return undefined;
  throw thrown;
}

/** False once the file was deleted: what is written to it then is out of everybody's reach. */
export async function isLinked(file: FileHandle): Promise<boolean> {
  return (await file.stat()).nlink > 0;
}

/**
 * Opens a file that is written anew: what a crash left at its place is taken away, and a link that somebody laid there
 * is not followed. Rejects with the system's error.
 */
export async function openAnew(path: string, mode?: number): Promise<FileHandle> {
  await rm(path, { force: true });
  return open(path, "wx", mode);
}

/** Writes a folder's entries through to the disk: a new file is only safe once its name is there too. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
