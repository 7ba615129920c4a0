// The words of the timeline's own format: names of its fields, and what fields of few values may hold.

import { z } from "zod";
import { timelineEventSchema } from "./event.ts";

let known: readonly string[] | undefined;

/** Each once. Made when first asked for. */
export function wordsOfEvents(): readonly string[] {
  known ??= [...new Set(wordsIn(z.toJSONSchema(timelineEventSchema, { unrepresentable: "any" })))];
  return known;
}

function wordsIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(wordsIn);
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (key === "properties")
      return [...Object.keys(value as object), ...Object.values(value as object).flatMap(wordsIn)];
    if (key === "const" || key === "enum") return [value].flat().filter((word) => typeof word === "string");
    return wordsIn(value);
  });
}
