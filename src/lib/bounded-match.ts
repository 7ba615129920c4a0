// Expressions that somebody else wrote, on text that somebody else wrote: tried within a bound of time, since some of
// them take longer than anybody lives on a line that nearly fits.

import { createContext, Script } from "node:vm";

/** What fitted: the first expression that does, by its place, and its named groups. */
export interface Fit {
  readonly line: string;
  readonly index: number;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

export class SlowExpression extends Error {
  override readonly name = "SlowExpression";
}

/** Its names are those of the context. A separate script is what node:vm can end, also within one match. */
const trying = new Script(`
  for (const line of lines) {
    for (at = 0; at < patterns.length; at += 1) {
      const match = patterns[at].exec(line);
      if (match === null) continue;
      found.push({ line, index: at, groups: { ...match.groups } });
      break;
    }
  }
`);

/**
 * The lines that an expression fits, in order. Throws a SlowExpression that names the one at which `limitMs` were over
 * for all the lines together.
 */
export function fitsWithin(limitMs: number, patterns: readonly RegExp[], lines: readonly string[]): readonly Fit[] {
  if (lines.length === 0) return [];
  const names: { readonly found: Fit[]; readonly at: number } = { found: [], at: 0 };
  try {
    trying.runInContext(createContext(Object.assign(names, { patterns, lines })), { timeout: limitMs });
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw thrown;
    const text = patterns[names.at]?.source ?? "";
    throw new SlowExpression(`after ${limitMs} ms the expression ${text} was not done with ${lines.length} lines`);
  }
  return names.found;
}
