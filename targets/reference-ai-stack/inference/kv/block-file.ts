// Where the contents of cached blocks live: rows of a file, read again at each hit, as an engine reads what it has
// offloaded. There is no checksum, as there is none in what it stands for: damage is silent.

import { closeSync, ftruncateSync, openSync, readSync, renameSync, writeSync } from "node:fs";

/** Bytes of one row: two for the length, the others for the text. */
export const BLOCK_ROW_BYTES = 512;
/** Bytes of text that a row holds. */
export const BLOCK_TEXT_BYTES = BLOCK_ROW_BYTES - 2;

export interface BlockFile {
  /** False, with nothing written, when the text is too long for a row. */
  write(row: number, text: string): boolean;
  /** What stands there now. */
  read(row: number): string;
  close(): void;
}

/**
 * A new file of so many empty rows, in place of what was there before. It is another file on disk: who still has the
 * former one open, be it an engine that was stopped or whoever damaged it, never writes into this one.
 */
export function createBlockFile(path: string, rows: number): BlockFile {
  const beside = `${path}.${process.pid}.new`;
  const file = openSync(beside, "w+");
  ftruncateSync(file, rows * BLOCK_ROW_BYTES);
  renameSync(beside, path);
  return {
    write(row, text) {
      const bytes = Buffer.from(text, "utf8");
      if (bytes.length > BLOCK_TEXT_BYTES) return false;
      const whole = Buffer.alloc(BLOCK_ROW_BYTES);
      whole.writeUInt16LE(bytes.length, 0);
      bytes.copy(whole, 2);
      writeSync(file, whole, 0, BLOCK_ROW_BYTES, row * BLOCK_ROW_BYTES);
      return true;
    },
    read(row) {
      const whole = Buffer.alloc(BLOCK_ROW_BYTES);
      readSync(file, whole, 0, BLOCK_ROW_BYTES, row * BLOCK_ROW_BYTES);
      return whole.toString("utf8", 2, 2 + Math.min(BLOCK_TEXT_BYTES, whole.readUInt16LE(0)));
    },
    close: () => closeSync(file),
  };
}
