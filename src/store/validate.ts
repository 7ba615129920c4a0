// Reading a JSON file back is one act: there, readable, JSON, and of the right shape — or a mistake explained in full.

import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { HarnessError } from "../core/errors.ts";
import { fileTrouble } from "../lib/fs.ts";
import { parseJson } from "../lib/json-text.ts";
import type { Problem } from "../core/errors.ts";

/** `path.to.field: what is wrong`, all issues in one line. */
export function explainIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "(top)"}: ${issue.message}`).join("; ");
}

/**
 * Reads and validates one JSON file; throws `bad-input` naming every field that is wrong. `byTodaysNames` renames what
 * earlier builds wrote, before it is validated.
 */
export async function readValidated<T>(
  file: string,
  schema: z.ZodType<T>,
  byTodaysNames: (value: unknown) => unknown = (value) => value,
): Promise<T> {
  const value = byTodaysNames(await readJson(file));
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw wrongShape(file, problemsIn(file, result.error));
}

/** A problem for each field that is wrong; `below`: the way to what was validated. */
export function problemsIn(file: string, { issues }: z.ZodError, below: readonly PropertyKey[] = []): Problem[] {
  return issues.map(({ path, message }) => ({
    found: `${file}: ${[...below, ...path].join(".") || "(top)"}: ${message}`,
    expected: "a file as this version of rebound writes it",
  }));
}

/** `bad-input`: it can be read, and is not what it should be. */
export function wrongShape(file: string, problems: readonly Problem[]): HarnessError {
  return new HarnessError("bad-input", `${file} is not what this version of rebound writes`, { problems });
}

/** `bad-input`: it is not there, may not be read, or is no JSON. */
export function cannotRead(file: string, cause: unknown): HarnessError {
  return new HarnessError("bad-input", `cannot read ${file}: ${fileTrouble(cause)}`, { cause });
}

async function readJson(file: string): Promise<unknown> {
  try {
    return parseJson(await readFile(file, "utf8"));
  } catch (error) {
    throw cannotRead(file, error);
  }
}
