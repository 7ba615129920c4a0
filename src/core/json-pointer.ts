// Follows a JSON pointer, and says where it ends when it leads nowhere: whoever wrote it wants to know which keys there
// are.

import { WrittenNumber } from "./exact-json.ts";

/** The value at a JSON pointer (RFC 6901); undefined when it leads nowhere. */
export function atPointer(document: unknown, pointer: string): unknown {
  return follow(document, pointer).value;
}

/**
 * Follows a pointer as far as it leads; `lost` is where it ends before its end: the key that is not there, and the last
 * value that is.
 */
function follow(
  document: unknown,
  pointer: string,
): { value: unknown; lost?: { at: string; key: string; in: unknown } } {
  let value = document;
  let at = "";
  for (const part of pointer === "" ? [] : pointer.slice(1).split("/")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!isMap(value) || !Object.hasOwn(value, key)) return { value: undefined, lost: { at, key, in: value } };
    value = (value as Readonly<Record<string, unknown>>)[key];
    at += `/${part}`;
  }
  return { value };
}

/** So many keys are named, each cut to this length. */
const [mostKeys, longestKey] = [8, 40];

/**
 * Why there is no number at a pointer: where it ends and what is there instead. Values are never repeated, they may be
 * secret.
 */
export function whyNoNumber(document: unknown, pointer: string): string {
  const { value, lost } = follow(document, pointer);
  if (lost === undefined) return `no number at ${pointer || "the top"}: it is ${nameOf(value)}`;
  const where = lost.at === "" ? "the answer" : lost.at;
  const found = lost.in;
  if (!isMap(found)) return `${pointer} leads nowhere: ${where} is ${nameOf(found)}`;
  const keys = Object.keys(found);
  if (Array.isArray(found)) return `${pointer} leads nowhere: ${where} is a list of ${found.length}`;
  const named = keys.slice(0, mostKeys).map((key) => (key.length > longestKey ? `${key.slice(0, longestKey)}…` : key));
  const more = keys.length > mostKeys ? ` and ${keys.length - mostKeys} more` : "";
  const there = keys.length === 0 ? "no keys" : `found keys ${named.join(", ")}${more}`;
  return `${pointer} leads nowhere: ${lost.at === "" ? "" : `in ${lost.at} `}${there}`;
}

/** An object or a list; a number that was kept as it was written is none. */
function isMap(value: unknown): value is object {
  return value !== null && typeof value === "object" && !(value instanceof WrittenNumber);
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof WrittenNumber) return "a number";
  if (Array.isArray(value)) return "a list";
  const names: Readonly<Record<string, string>> = { string: "a text", boolean: "a truth value", object: "an object" };
  return names[typeof value] ?? "not finite";
}
