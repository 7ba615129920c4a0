// The SQLite side of the healer's state: one table of rooms, keys and JSON values, and what is wrong with a file that
// refuses.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { inTransaction } from "../../common/in-transaction.ts";
import { messageOf } from "../../common/log.ts";
import type { Json } from "./state.ts";

export interface StateRow {
  readonly room: string;
  readonly key: string;
  /** Absent: no such row. */
  readonly value?: Json;
}

export interface StateDb {
  read(): readonly StateRow[];
  /** All of them, or none. */
  write(rows: readonly StateRow[]): void;
  close(): void;
}

/** Waiting for another process's lock stands still the whole loop, so it is short, ms. */
const LOCK_TIMEOUT_MS = 50;

/** Opens or begins the file, of at most `mostPages` of 4 KiB. Throws when it is locked, damaged, or cannot be made. */
export function openStateDb(file: string, mostPages: number): StateDb {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS });
  try {
    // With a write-ahead log NORMAL outlives the death of the process. It may lose the last rows when the machine
    // itself dies, and then the supervisor and all that it did are gone too.
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA max_page_count = ${mostPages}`);
    const [check] = db.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
    if (check?.quick_check !== "ok") throw new Error(`database disk image is malformed: ${check?.quick_check}`);
    db.exec(
      `CREATE TABLE IF NOT EXISTS state (
        room TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (room, key)
      ) WITHOUT ROWID`,
    );
    return tableOf(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function tableOf(db: DatabaseSyncInstance): StateDb {
  const set = db.prepare("INSERT OR REPLACE INTO state (room, key, value) VALUES (?, ?, ?)");
  const drop = db.prepare("DELETE FROM state WHERE room = ? AND key = ?");
  return {
    read() {
      const rows = db.prepare("SELECT room, key, value FROM state").all();
      return (rows as { room: string; key: string; value: string }[]).map(({ room, key, value }) => ({
        room,
        key,
        value: JSON.parse(value) as Json,
      }));
    },
    write(rows) {
      inTransaction(db, () => {
        // What goes makes room for what comes.
        for (const { room, key, value } of rows) if (value === undefined) drop.run(room, key);
        for (const { room, key, value } of rows) if (value !== undefined) set.run(room, key, JSON.stringify(value));
      });
    },
    close: () => db.close(),
  };
}

/**
 * SQLite's own words for the result codes BUSY, FULL, CORRUPT and NOTADB: the driver carries the code on some errors
 * and only the words on others.
 */
export function whatIsWrong(
  error: unknown,
  file = "the healer's state file",
): {
  readonly says: string;
  readonly damaged: boolean;
} {
  const words = messageOf(error);
  if (/database (table )?is locked/.test(words)) return { says: `${file} is locked`, damaged: false };
  if (/disk is full/.test(words)) return { says: `${file} is full`, damaged: false };
  if (/malformed|not a database|Unexpected .*JSON|JSON at position/.test(words)) {
    return { says: `${file} is damaged`, damaged: true };
  }
  return { says: `${file} fails: ${words}`, damaged: false };
}

/** Keeps a damaged file, and what belongs to it, under another name. */
export function putAside(file: string, wallTime: string): void {
  const stamp = wallTime.replaceAll(":", "");
  for (const part of ["", "-wal", "-shm"]) {
    if (existsSync(file + part)) renameSync(file + part, `${file}.damaged-${stamp}${part}`);
  }
}
