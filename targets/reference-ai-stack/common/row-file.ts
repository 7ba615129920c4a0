// A file of rows of one length, as caches keep their contents in: what a row holds is read again each time. There is no
// checksum, as there is none in the caches that it stands for: damage is silent.
import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export interface RowFile {
  readonly rowBytes: number;
  /** Zeros stand behind what is shorter than a row. Throws for what is longer, with nothing written. */
  write(row: number, bytes: Uint8Array): void;
  /** What stands there now, the whole row. */
  read(row: number): Buffer;
  close(): void;
}

/**
 * A new file of so many rows of zeros, in place of what was there before; makes its folder. It is another file on disk:
 * who still has the former one open, be it a process that was stopped or whoever damaged it, never writes into it.
 */
export function createRowFile(path: string, rows: number, rowBytes: number): RowFile {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.new`;
  const file = openSync(beside, "w+");
  ftruncateSync(file, rows * rowBytes);
  renameSync(beside, path);
  return {
    rowBytes,
    write(row, bytes) {
      if (bytes.length > rowBytes) throw new Error(`${bytes.length} bytes do not fit into a row of ${rowBytes}`);
      const whole = Buffer.alloc(rowBytes);
      whole.set(bytes);
      writeSync(file, whole, 0, rowBytes, row * rowBytes);
    },
    read(row) {
      const whole = Buffer.alloc(rowBytes);
      readSync(file, whole, 0, rowBytes, row * rowBytes);
      return whole;
    },
    close: () => closeSync(file),
  };
}
