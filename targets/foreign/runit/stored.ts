// The notes as they stand in PostgreSQL: those that users ask for, between others, so that they lie on many pages.

import { createHash } from "node:crypto";
import { embed, readNotes } from "../notes-app.ts";

/** 2 KB a row, so that a page of 8 KiB holds three. */
const dimensions = 512;
const othersBetween = 12;

export interface Stored {
  readonly id: string;
  /** Its vector's hash, by which it is found. */
  readonly key: string;
  readonly vector: readonly number[];
  readonly text: string;
}

export const vectorOf = (text: string): number[] => embed(text, dimensions);

export function keyOf(vector: readonly number[]): string {
  return createHash("sha256")
    .update(vector.map((value) => value.toFixed(6)).join())
    .digest("hex");
}

export function storedNotes(file: string): readonly Stored[] {
  return readNotes(file).flatMap(({ id, question, text }) => {
    const others = Array.from({ length: othersBetween }, (_, n) => ({
      id: `${id}-other-${n}`,
      question: `${question} Remark ${n}`,
      text: `Remark ${n}.`,
    }));
    return [{ id, question, text }, ...others].map((one) => {
      const vector = vectorOf(one.question);
      return { id: one.id, key: keyOf(vector), vector, text: one.text };
    });
  });
}

/** The table and its rows, a statement a line. */
export function statementsFor(notes: readonly Stored[]): string {
  const rows = notes.map(({ id, key, vector, text }) => {
    const list = `{${vector.join()}}`;
    return `INSERT INTO notes VALUES ('${id}', '${key}', '${list}', '${text}');`;
  });
  return `${[
    "CREATE TABLE notes (id text, key text PRIMARY KEY, vector float4[], text text);",
    // In the row itself, and as it is: else vectors of many zeros would hardly take any room.
    "ALTER TABLE notes ALTER COLUMN vector SET STORAGE PLAIN;",
    ...rows,
    // Rows that a reader need not mark any more: nothing is written to a page after this.
    "VACUUM (FREEZE, ANALYZE) notes;",
    "CHECKPOINT;",
  ].join("\n")}\n`;
}
