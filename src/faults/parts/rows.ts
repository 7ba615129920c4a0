// Rows of a published file as index.corruption handles them: read for the backup, damaged, put back where still damaged.

import { HarnessError } from "../../core/errors.ts";
import type { FileControl, PublishedFile } from "../../core/platform.ts";
import { bearsDamage, damagedRow, type DamageMode, type RowRun } from "./row-damage.ts";

/** Which rows of which file, and what stands in for them: enough to recognise our damage in a later process. */
export type RowDamage = {
  readonly path: string;
  readonly offset: number;
  readonly rowBytes: number;
  readonly runs: readonly RowRun[];
  readonly mode: DamageMode;
  readonly seed: number;
};

/** The published file, if its rows can be damaged at all; throws HarnessError "environment" when not. */
export async function publishedRows(files: FileControl, role: string): Promise<PublishedFile> {
  const file = await files.published(role);
  const { rows, rowBytes } = file.payload;
  if (rows > 0 && rowBytes > 0 && rowBytes % 4 === 0) return file;
  throw new HarnessError("environment", `${file.path}: ${rows} rows of ${rowBytes} bytes are not rows of float32`);
}

/** The bytes of all chosen rows as they are now, one after the other. */
export async function readRows(files: FileControl, damage: RowDamage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const run of damage.runs) {
    const bytes = await readRun(files, damage, run);
    if (bytes.length !== run[1] * damage.rowBytes) {
      throw new HarnessError("environment", `${damage.path} is shorter than the row range it was published with`);
    }
    parts.push(bytes);
  }
  return joined(parts);
}

/** Overwrites the chosen rows in place. */
export async function writeDamage(files: FileControl, damage: RowDamage): Promise<void> {
  for (const [first, count] of damage.runs) {
    const bytes = joined(Array.from({ length: count }, (_, at) => damagedBytes(damage, first + at)));
    await files.write(damage.path, startOf(damage, first), bytes);
  }
}

/** Puts back the rows that still hold our damage and returns how many; whatever else stands there belongs to somebody else. */
export async function restoreRows(
  files: FileControl,
  damage: RowDamage,
  original: Uint8Array,
  signal: AbortSignal,
): Promise<number> {
  const { rowBytes } = damage;
  let restored = 0;
  let at = 0;
  for (const run of damage.runs) {
    signal.throwIfAborted();
    const now = await readRun(files, damage, run);
    for (let index = 0; index < run[1]; index += 1, at += rowBytes) {
      const was = original.subarray(at, at + rowBytes);
      const row = run[0] + index;
      const is = now.subarray(index * rowBytes, (index + 1) * rowBytes);
      if (!bearsDamage(is, was, damagedBytes(damage, row))) continue;
      await files.write(damage.path, startOf(damage, row), was);
      restored += 1;
    }
  }
  return restored;
}

function startOf(damage: RowDamage, row: number): number {
  return damage.offset + row * damage.rowBytes;
}

function damagedBytes(damage: RowDamage, row: number): Uint8Array {
  return damagedRow(damage.mode, row, damage.rowBytes, damage.seed);
}

function readRun(files: FileControl, damage: RowDamage, [first, count]: RowRun): Promise<Uint8Array> {
  return files.read(damage.path, startOf(damage, first), count * damage.rowBytes);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
