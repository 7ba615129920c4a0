// `GET /changes` of the supervisor, read with suspicion: a row of another form is left out.
import type { Change } from "../nouns.ts";

/** The rows, or null when the body has not that shape. */
export function readChanges(body: unknown): readonly Change[] | null {
  const { changes } = fieldsOf(body);
  if (!Array.isArray(changes)) return null;
  return changes.flatMap((row: unknown): readonly Change[] => {
    const { at, what, by, service, replica } = fieldsOf(row);
    if (typeof at !== "string" || Number.isNaN(Date.parse(at))) return [];
    if (typeof what !== "string" || typeof by !== "string") return [];
    const scope =
      typeof service === "string" ? { service, ...(typeof replica === "string" && { replica }) } : undefined;
    return [{ at, what, by, ...(scope && { scope }) }];
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
