// Where the rows of published files do not lie in one piece, some faults cannot act. Whether they do follows from the
// values that the target's settings have, so it is known before anything is touched.

import type { Fault } from "./fault.ts";
import type { Target } from "./target.ts";

/** What is asked: a fault with its parameters, on a target that is started with these settings. */
interface InPieces {
  readonly fault: Pick<Fault, "needsOnePiece">;
  /** As the intent writes them. */
  readonly params: unknown;
  readonly target: Pick<Target, "name" | "settings">;
  /** Values that were chosen; of others the default holds. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What is found and expected where the fault is refused; undefined: it is not. */
export function refusedInPieces({ fault, params, target, settings }: InPieces) {
  const needs = fault.needsOnePiece?.(params);
  if (needs === undefined) return undefined;
  const chosen = new Map(Object.entries(settings));
  for (const [name, { values, byDefault }] of Object.entries(target.settings ?? {})) {
    const value = chosen.get(name) ?? byDefault;
    if (values[value]?.rows !== "in-pieces") continue;
    const others = Object.keys(values).filter((other) => values[other]?.rows !== "in-pieces");
    const instead = others.length === 0 ? "" : `, as with ${name}: ${others.join(" or ")}`;
    return {
      found: `${needs.what} where the rows of ${target.name} lie in pieces (${name}: ${value}): ${needs.why}`,
      expected: `a fault that can act on such rows, or rows in one piece${instead}`,
      suggestion: needs.instead,
    };
  }
  return undefined;
}
