// The undo log's file: every line is on the disk before the call returns, and a torn line never swallows the next.

import { open, readdir, readFile, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HarnessError, messageOf } from "../core/errors.ts";
import { makeFolder } from "./make-folder.ts";
import { isAbsent, isLinked, syncFolder } from "../lib/fs.ts";
import { endTornLine } from "../lib/json-lines.ts";

/** Name of the undo log in a trial's folder. */
const undoFileName = "undo.jsonl";

/** A file that only grows, line by line. Close it when done. */
export interface AppendFile {
  /** Appends one line and waits until it is on the disk. Calls are written in the order in which they were made. */
  append(line: string): Promise<void>;
  /** False once nobody can reach the file any more: it was deleted, and so was every other name of it. */
  isThere(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens (or makes) the file; its folder's entry is on the disk too. Throws HarnessError "environment" when it cannot.
 */
export async function openUndoFile(path: string): Promise<AppendFile> {
  try {
    await makeFolder(dirname(path));
    const file = await open(path, "a+", 0o600);
    await endTornLine(file);
    await file.sync();
    await syncFolder(dirname(path));
    return appender(file);
  } catch (cause) {
    throw new HarnessError("environment", `cannot write the undo log ${path}`, {
      cause,
      hint: "nothing was harmed: without a way back no fault is applied",
    });
  }
}

/** The text of an undo log; empty when there is none. */
export async function readUndoFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isAbsent(error)) return "";
    throw new HarnessError("environment", `cannot read the undo log ${path}`, {
      cause: error,
      hint: "make it readable, then type `rebound restore`",
    });
  }
}

/** The log of what belongs to a run as a whole: its helper processes, its targets' preparation. */
export function runUndoFile(runDir: string): string {
  return join(runDir, undoFileName);
}

/**
 * Every undo log of a run folder: its trials' in the order of their paths, then its own; none when the folder is not
 * there.
 */
export async function undoFilesIn(runDir: string): Promise<readonly string[]> {
  const entries = await readdir(join(runDir, "trials"), { recursive: true, withFileTypes: true }).catch(ifGone);
  const ofTrials = (entries ?? [])
    .filter((entry) => basename(entry.name) === undoFileName)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const own = (await readdir(runDir).catch(ifGone)) ?? [];
  return own.some((name) => name === undoFileName) ? [...ofTrials, runUndoFile(runDir)] : ofTrials;
}

/** A folder that cannot be read may hide what is to be undone; only one that is gone has nothing. */
function ifGone(error: unknown): undefined {
  if (isAbsent(error)) return undefined;
  throw new HarnessError("environment", `cannot look for undo logs: ${messageOf(error)}`, {
    cause: error,
    hint: "make the folder readable, then type `rebound restore`",
  });
}

function appender(file: FileHandle): AppendFile {
  let last = Promise.resolve();
  let torn = false;
  return {
    append(line) {
      const written = last.then(async () => {
        // A write that failed (a full disk) may have left half a line.
        const text = torn ? `\n${line}\n` : `${line}\n`;
        torn = true;
        await file.appendFile(text);
        await file.datasync();
        torn = false;
        if (!(await isLinked(file))) throw new Error("the undo log was deleted");
      });
      last = written.catch(() => undefined);
      return written;
    },
    isThere: () => isLinked(file),
    async close() {
      await last;
      await file.close();
    },
  };
}
