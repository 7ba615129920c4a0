// Rows of few figures on disk, a line each, only ever appended to: small enough to be read whole.

import { open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import { isAbsent, syncFolder } from "../lib/fs.ts";
import { endTornLine, linesIn, readJsonLine } from "../lib/json-lines.ts";
import { makeFolder } from "../store/make-folder.ts";
import { asEnvironment } from "../store/whole-file.ts";

/** A file of rows of one shape; `of`: what a row is of, such as `a sweep`. */
export interface SmallRows<Row> {
  readonly file: string;
  readonly schema: z.ZodType<Row>;
  readonly of: string;
}

/** Appends rows, through to the disk, the folder made if need be. Throws HarnessError "environment" when it cannot. */
export async function appendSmall<Row>({ file, schema }: SmallRows<Row>, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const text = rows.map((row) => `${JSON.stringify(schema.parse(row))}\n`).join("");
  await asEnvironment(`cannot append to the history ${file}`, async () => {
    await makeFolder(dirname(file));
    const handle = await open(file, "a+");
    try {
      await endTornLine(handle);
      await handle.appendFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(dirname(file));
  });
}

/** All rows in their order, and a sentence for each line that is none. None where there is no such file. */
export async function readSmall<Row>({
  file,
  schema,
  of,
}: SmallRows<Row>): Promise<{ readonly rows: readonly Row[]; readonly notes: readonly string[] }> {
  const text = await asEnvironment(`cannot read the history ${file}`, () => readFile(file, "utf8")).catch(
    (thrown: unknown) => {
      if (thrown instanceof Error && isAbsent(thrown.cause)) return "";
      throw thrown;
    },
  );
  const [rows, notes]: [Row[], string[]] = [[], []];
  for (const [index, line] of linesIn(text).entries()) {
    const read = readJsonLine(line);
    const row = read.ok ? schema.safeParse(read.value) : undefined;
    if (row?.success === true) rows.push(row.data);
    else notes.push(`${file}: line ${index + 1} of those that hold anything is no row of ${of}: skipped`);
  }
  return { rows, notes };
}
