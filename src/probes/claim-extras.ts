// What a claim says beyond the contract is kept, under one key: bounded in size and depth, and without what is likely
// to be a secret. It decides nothing, it is there for whoever reads the trial.

import type { Json } from "../core/units.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Bounds of what is kept of one claim: levels, entries in all, and characters in all. */
const most = { depth: 4, entries: 60, characters: 4_000, ofOneText: 500 } as const;

/** Names of what nobody should find in a report. */
const secretName = /token|secret|passw|api[-_]?key|authori[sz]ation|cookie|credential|private[-_]?key|session/i;
/**
 * Values that are secrets whatever they are called: bearer tokens, API keys, JSON Web Tokens, private keys, passwords
 * in URLs.
 */
const secretValue = /\bbearer\s+\S|\bsk-[\w-]{8,}|\beyJ[\w-]{8,}\.|-----BEGIN|:\/\/[^/\s:@]*:[^/\s@]+@/i;
/** Own properties of these names would be the object's make-up elsewhere. */
const makeUp = new Set(["__proto__", "constructor", "prototype"]);

const cut = "(cut)";
const hidden = "(hidden)";

/** The fields, made fit to be kept; undefined when there are none. */
export function extrasOf(fields: Fields): Readonly<Record<string, Json>> | undefined {
  const left = { entries: most.entries, characters: most.characters };

  function textOf(text: string): string {
    if (secretValue.test(text)) return hidden;
    const room = Math.min(most.ofOneText, left.characters);
    left.characters -= Math.min(text.length, room);
    return text.length > room ? `${text.slice(0, room)}… ${cut}` : text;
  }

  function keep(value: unknown, depth: number): Json {
    if (typeof value === "string") return textOf(value);
    if (typeof value === "number") {
      // JSON.parse has already lost the digits of such a number: better none than wrong ones.
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? "(a number beyond 2^53)" : value;
    }
    if (value === null || typeof value === "boolean") return value;
    if (typeof value !== "object" || depth >= most.depth) return cut;
    if (!Array.isArray(value)) return Object.fromEntries(entriesOf(value as Fields, depth));
    const items: Json[] = [];
    for (const item of value as readonly unknown[]) {
      if (left.entries <= 0 || left.characters <= 0) return [...items, cut];
      left.entries -= 1;
      items.push(keep(item, depth + 1));
    }
    return items;
  }

  function entriesOf(value: Fields, depth: number): [string, Json][] {
    const entries: [string, Json][] = [];
    for (const [name, item] of Object.entries(value)) {
      if (makeUp.has(name)) continue;
      if (left.entries <= 0 || left.characters <= 0) return [...entries, ["…", cut]];
      left.entries -= 1;
      // Counts of tokens are no secret.
      const isSecret = secretName.test(name) && typeof item !== "number" && typeof item !== "boolean";
      entries.push([textOf(name), isSecret ? hidden : keep(item, depth + 1)]);
    }
    return entries;
  }

  const entries = entriesOf(fields, 0);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
