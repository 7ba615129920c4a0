// Numbers of a YAML file as they were written. A double would make 1 of 1.0, and …700 of 464004151041070705.

import { isScalar } from "yaml";
import type { Document } from "yaml";
import { WrittenNumber } from "../core/exact-json.ts";
import type { Written } from "../core/exact-json.ts";
import { nodeAt } from "./yaml-nodes.ts";
import type { DataPath } from "./yaml-nodes.ts";

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** What is at this path of plain data; undefined when nothing is. */
export function valueAt(data: unknown, path: DataPath): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value;
}

/** The plain `value` at this path with its numbers as they were written; what JSON cannot say becomes null. */
export function writtenAt(document: Document, path: DataPath, value: unknown): Written {
  if (typeof value === "number") return numberAt(document, path, value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((each, index) => writtenAt(document, [...path, index], each));
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, writtenAt(document, [...path, key], each)]),
  );
}

function numberAt(document: Document, path: DataPath, value: number): Written {
  const text = sourceAt(document, path);
  if (text === undefined || text === String(value)) return value;
  // YAML's other spellings (0x1F, 0o17) of a number beyond 2^53 have no JSON but their digits.
  if (/^0[xo]/.test(text)) return Number.isSafeInteger(value) ? value : new WrittenNumber(String(BigInt(text)));
  return jsonNumber.test(text) ? new WrittenNumber(text) : value;
}

/** The text of a plain number, without a plus and zeros in front, which JSON does not have. */
function sourceAt(document: Document, path: DataPath): string | undefined {
  const node = nodeAt(document, path);
  return isScalar(node) && node.source !== undefined
    ? node.source.replace(/^\+?(-?)0*(?=\d)(?!0?[xo])/, "$1")
    : undefined;
}

/**
 * 1e400 is a number in YAML and JSON, if not one that a double can hold: the greatest stands in for it, so that rules
 * can be asked.
 */
export function finite(document: Document, data: unknown, path: DataPath = []): unknown {
  if (data === Infinity || data === -Infinity) {
    const isWritten = jsonNumber.test(sourceAt(document, path) ?? "");
    return isWritten ? Math.sign(data) * Number.MAX_VALUE : data;
  }
  if (Array.isArray(data)) return data.map((each, index) => finite(document, each, [...path, index]));
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype) return data;
  return Object.fromEntries(Object.entries(data).map(([key, each]) => [key, finite(document, each, [...path, key])]));
}
