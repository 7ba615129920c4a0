// Fills `{field}` in the request mix from one row of the dataset.

import type { Json } from "../core/units.ts";

export type Row = Readonly<Record<string, Json>>;

/** Replaces every `{field}` the row has; other braces stay as they are. `encode` is put over every value. */
export function fillText(text: string, row: Row, encode: (value: string) => string = String): string {
  return text.replace(/\{([\w.-]+)\}/g, (whole, field: string) => {
    const value = Object.hasOwn(row, field) ? row[field] : undefined;
    if (value === undefined) return whole;
    return encode(typeof value === "string" ? value : JSON.stringify(value));
  });
}

/** As `fillText`, for every string inside. */
export function fillJson(value: Json, row: Row): Json {
  if (typeof value === "string") return fillText(value, row);
  if (Array.isArray(value)) return value.map((each: Json) => fillJson(each, row));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillJson(each, row)]));
}
