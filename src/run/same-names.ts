// Two things of one name: a file that is named twice is one file; two files that give one name are a mistake, whichever
// was meant.

import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { CodedProblem } from "../core/errors.ts";

/** Each file once, in the order of their first naming, however they are spelt (relative, absolute, through links). */
export async function eachFileOnce(files: readonly string[]): Promise<readonly string[]> {
  const places = await Promise.all(files.map(async (file) => realpath(file).catch(() => resolve(file))));
  return files.filter((_, index) => places.indexOf(places[index] ?? "") === index);
}

/** What a file calls itself. */
export interface NamedFile {
  /** As it shall be shown. */
  readonly file: string;
  readonly name: string;
}

/** One problem for each file whose name another one before it has already; both paths stand in it. */
export function sameNames(what: string, files: readonly NamedFile[]): readonly CodedProblem[] {
  const first = new Map<string, string>();
  return files.flatMap(({ file, name }) => {
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, file);
      return [];
    }
    const found = `the ${what} "${name}" again, which ${before} is already`;
    const suggestion = "rename one of them, or leave one out";
    return [{ place: { file, line: 1, column: 1 }, code: "RB0009", found, expected: "each name once", suggestion }];
  });
}
