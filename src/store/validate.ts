// Reading a JSON file back is one act: there, readable, JSON, and of the right shape — or a mistake explained in full.

import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { HarnessError } from "../core/errors.ts";
import { fileTrouble } from "../lib/fs.ts";
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
  const problems: Problem[] = result.error.issues.map((issue) => ({
    found: `${file}: ${issue.path.join(".") || "(top)"}: ${issue.message}`,
    expected: "a file as this version of rebound writes it",
  }));
  throw new HarnessError("bad-input", `${file} is not what this version of rebound writes`, { problems });
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new HarnessError("bad-input", `cannot read ${file}: ${fileTrouble(error)}`, { cause: error });
  }
}
