// Variables of an experiment, as Chaos Toolkit 1.45 puts them in: `${x}` and `$x`; a text that is one variable alone
// keeps the variable's type; `$$` is a dollar sign.

import { wordOf } from "../values.ts";

const variable = /\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;
const alone = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** A value with its variables in place; `unknown` are names that nothing is known of. */
export interface Substituted {
  readonly value: unknown;
  readonly unknown: readonly string[];
}

/** Puts variables into a text, or into every text of a list or map. A value that is no text stays as it is. */
export function substitute(value: unknown, variables: ReadonlyMap<string, unknown>): Substituted {
  const unknown: string[] = [];
  const known = (name: string): boolean => {
    if (!variables.has(name)) unknown.push(name);
    return variables.has(name);
  };
  const inText = (text: string): unknown => {
    const [, lone] = alone.exec(text) ?? [];
    if (lone !== undefined) return known(lone) ? variables.get(lone) : text;
    return text.replaceAll(variable, (whole: string, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      if (name === undefined) return "$";
      return known(name) ? asText(variables.get(name)) : whole;
    });
  };
  const within = (part: unknown): unknown => {
    if (typeof part === "string") return inText(part);
    if (Array.isArray(part)) return part.map(within);
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, within(inner)]));
  };
  return { value: within(value), unknown };
}

/** As Python writes a value into a text. */
function asText(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null) return "None";
  return wordOf(value);
}
