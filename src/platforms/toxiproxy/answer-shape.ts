// As what an answer is known: its status and the names of its fields. Two services differ in them, two replicas do not.

import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { ask } from "../../lib/ask.ts";

const timeoutMs: Ms = 2_000;
const longest = 65_536;

/** Asks once, over a new connection: `200 {rows, status}`. Throws HarnessError "environment" on no answer. */
export async function answerShape(url: string, signal: AbortSignal): Promise<string> {
  const asked = await ask(url, { timeoutMs, longest, signal });
  if (!asked.ok) throw new HarnessError("environment", `${url}: ${asked.says}`);
  return `${asked.status} ${fieldsOf(asked.text)}`;
}

function fieldsOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "without fields";
    return `{${Object.keys(value).toSorted().join(", ").slice(0, 200)}}`;
  } catch {
    return "without fields";
  }
}
