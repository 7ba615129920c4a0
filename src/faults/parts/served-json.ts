// What a registry says of what it serves, whose shape only the target knows: is it the same, and which names are new?

import type { Json } from "../../core/units.ts";

/** Equal whatever the order of keys: a registry may write them in another one each time. */
export function isSameJson(a: Json, b: Json): boolean {
  return sorted(a) === sorted(b);
}

/** Texts in `now`, at any depth, that are neither in `before` nor `own`; each once. */
export function strangersIn(now: Json, before: Json, own: string): readonly string[] {
  const known = new Set([...textsIn(before), own]);
  return [...new Set(textsIn(now))].filter((text) => !known.has(text));
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((inner) => textsIn(inner));
}

function sorted(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
