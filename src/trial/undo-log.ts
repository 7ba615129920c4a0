// The write-ahead undo log: what will be harmed is on disk before it is, so that any later process can take it back.

import { HarnessError, messageOf } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import type { UndoJournal } from "../core/undo.ts";
import { undoByTodaysNames } from "../records/former-names.ts";
import { linesIn, readJsonLine } from "../lib/json-lines.ts";
import { undoLineSchema, type UndoEntry } from "../records/undo.ts";
import { openUndoFile, readUndoFile } from "../store/undo-file.ts";

/** An entry with its number in the log (from 1) and whether it was undone. */
export interface UndoRecord {
  readonly seq: number;
  readonly entry: UndoEntry;
  readonly done: boolean;
}

export interface UndoLogText {
  readonly records: readonly UndoRecord[];
  /** Lines that broke off; harmless, since harm begins only after a line is whole. */
  readonly torn: number;
  /** Whole lines that this version does not understand: not harmless, and reported. */
  readonly unreadable: readonly string[];
}

/** The log of one trial. */
export interface UndoLog extends UndoJournal {
  /** Aborts, with the reason, once a line could not be written: no further harm must be done. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

/** Whether the log is still there is looked at this often, ms. */
const lookEveryMs: Ms = 500;

/**
 * Opens the log for writing and goes on counting where it ended. Throws HarnessError "environment" when it cannot be
 * written.
 */
export async function openUndoLog(path: string, open: typeof openUndoFile = openUndoFile): Promise<UndoLog> {
  const before = parseUndoLog(await readUndoFile(path));
  const file = await open(path);
  let seq = before.records.reduce((highest, record) => Math.max(highest, record.seq), 0);
  /** Numbers that were never written whole, and so never acted upon: noted as done, since a gap means a lost entry. */
  let failed: number[] = [];
  const lost = new AbortController();
  const lose = (cause: unknown): void =>
    lost.abort(new HarnessError("environment", `cannot write the undo log ${path}: ${messageOf(cause)}`, { cause }));
  // Entries are rare, and a watchdog without a log can undo nothing: that must be known before the next entry.
  const looking = setInterval(() => {
    void file.isThere().then(
      (there) => !there && lose(new Error("it was deleted, and its second name too")),
      () => undefined,
    );
  }, lookEveryMs).unref();
  const noteFailed = async (): Promise<void> => {
    const numbers = failed;
    failed = [];
    for (const number of numbers) {
      try {
        await file.append(JSON.stringify({ seq: number, step: "done" }));
      } catch {
        failed.push(number);
      }
    }
  };
  return {
    async intend(entry) {
      seq += 1;
      const mine = seq;
      try {
        await file.append(JSON.stringify({ seq: mine, step: "intend", entry }));
        await noteFailed();
      } catch (thrown) {
        failed.push(mine);
        lose(thrown);
        throw thrown;
      }
      return mine;
    },
    async done(done) {
      try {
        await file.append(JSON.stringify({ seq: done, step: "done" }));
      } catch (thrown) {
        // What is undone is undone, written down or not; undoing it a second time is harmless.
        failed.push(done);
        lose(thrown);
      }
    },
    lost: lost.signal,
    async close() {
      clearInterval(looking);
      await noteFailed();
      await file.close();
    },
  };
}

/** Reads a log from disk; an absent file is an empty log. */
export async function readUndoLog(path: string): Promise<UndoLogText> {
  return parseUndoLog(await readUndoFile(path));
}

/**
 * Reads the text of a log. Tolerates broken lines (a crash in the middle of a write), also before later, whole ones.
 */
export function parseUndoLog(text: string): UndoLogText {
  const intended = new Map<number, UndoEntry>();
  const done = new Set<number>();
  const unreadable: string[] = [];
  let torn = 0;
  for (const line of linesIn(text)) {
    const read = readJsonLine(line);
    if (!read.ok) {
      torn += 1;
      continue;
    }
    const parsed = undoLineSchema.safeParse(undoByTodaysNames(read.value));
    if (!parsed.success) unreadable.push(line);
    else if (parsed.data.step === "done") done.add(parsed.data.seq);
    else intended.set(parsed.data.seq, parsed.data.entry);
  }
  // Numbers have no gaps: what is missing was there once, and nobody can say any more what it was.
  const highest = Math.max(0, ...intended.keys(), ...done);
  for (let seq = 1; seq < highest && unreadable.length === 0; seq += 1) {
    if (!intended.has(seq) && !done.has(seq)) unreadable.push(`(entry ${seq} is missing)`);
  }
  const records = [...intended].map(([seq, entry]) => ({ seq, entry, done: done.has(seq) }));
  return { records, torn, unreadable };
}

/** What is still to be undone, last in first out. */
export function unfinished(records: readonly UndoRecord[]): readonly UndoRecord[] {
  return records.filter((record) => !record.done).sort((a, b) => b.seq - a.seq);
}
