// Where the rows of published files do not lie in one piece, some faults cannot act. Whether they do follows from the
// values that the target's settings have, so it is known before anything is touched.

import type { Fault, NeedsOnePiece } from "./fault.ts";
import type { SettingValue, Target } from "./target.ts";

/** What is asked: a fault with its parameters, on a target that is started with these settings. */
interface InPieces {
  readonly fault: Pick<Fault, "needsOnePiece">;
  /** As the intent writes them. */
  readonly params: unknown;
  readonly target: Pick<Target, "name" | "settings">;
  /** Values that were chosen; of others the default holds. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Why it cannot be done to rows in pieces in a file of such a format; undefined: it can. */
export function whyInPieces({ why, knows = [], whyNot = {} }: NeedsOnePiece, format: string | undefined) {
  if (format === undefined) return why;
  if (knows.includes(format)) return undefined;
  return (Object.hasOwn(whyNot, format) ? whyNot[format] : undefined) ?? why;
}

/** What is found and expected where the fault is refused; undefined: it is not. */
export function refusedInPieces({ fault, params, target, settings }: InPieces) {
  const needs = fault.needsOnePiece?.(params);
  if (needs === undefined) return undefined;
  const chosen = new Map(Object.entries(settings));
  for (const [name, { values, byDefault }] of Object.entries(target.settings ?? {})) {
    const value = chosen.get(name) ?? byDefault;
    const whyNot = ({ rows, format }: Partial<SettingValue>): string | undefined =>
      rows === "in-pieces" ? whyInPieces(needs, format) : undefined;
    const why = whyNot(values[value] ?? {});
    if (why === undefined) continue;
    const others = Object.keys(values).filter((other) => whyNot(values[other] ?? {}) === undefined);
    const instead = others.length === 0 ? "" : `, as with ${name}: ${others.join(" or ")}`;
    return {
      found: `${needs.what} where the rows of ${target.name} lie in pieces (${name}: ${value}): ${why}`,
      expected: `a fault that can act on such rows, or rows that this one can act on${instead}`,
      suggestion: needs.instead,
    };
  }
  return undefined;
}
