// Why something failed or was not seen, in words of others: made one short line without secrets, and counted.

import { withoutSecrets } from "./secrets.ts";

/** How often each word was met; at most `mostWords` of them, the rest summed as `other`. */
export type WordCounts = Readonly<Record<string, number>>;

/** Distinct words that facts carry; the rest is summed. */
export const mostWords = 8;
/** Distinct words that are told apart while counting: words may hold anything, and memory must not grow with them. */
const mostTracked = 64;
/** Longest reason, in UTF-16 units. */
export const longestReason = 200;
/** Nothing beyond this is looked at. */
const longestRead = 2000;
const other = "other";

// Control characters, bidirectional overrides, non-characters, halves of pairs.
const unprintable =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * The text as one line of at most `most` UTF-16 units, without what looks like a secret; an empty one becomes `no
 * reason given`.
 */
export function reasonText(text: string, most = longestReason): string {
  let line = text.slice(0, longestRead).replace(/\s+/g, " ").replace(unprintable, "\ufffd").trim();
  line = withoutSecrets(line);
  if (line === "") return "no reason given";
  if (line.length <= most) return line;
  return `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Counts words as they come; its memory is bounded whatever they are. */
export interface WordCounter {
  add(word: string): void;
  copy(): WordCounter;
  counts(): WordCounts;
}

/** A counter that has counted nothing yet. */
export function makeWordCounter(): WordCounter {
  return counterOver(new Map());
}

function counterOver(found: Map<string, number>): WordCounter {
  return {
    add(word) {
      const key = found.has(word) ? word : known(found, reasonText(word));
      found.set(key, (found.get(key) ?? 0) + 1);
    },
    copy: () => counterOver(new Map(found)),
    counts: () => topCounts(found),
  };
}

function known(found: ReadonlyMap<string, number>, word: string): string {
  // JSON readers treat this one key as an order, not as a name.
  if (word === "__proto__") return other;
  return found.has(word) || found.size < mostTracked ? word : other;
}

/** Counts of a list of words. */
export function countWords(words: Iterable<string>): WordCounts {
  const counter = makeWordCounter();
  for (const word of words) counter.add(word);
  return counter.counts();
}

function topCounts(found: ReadonlyMap<string, number>): WordCounts {
  const ordered = byCount([...found]);
  const shown = ordered.length > mostWords ? ordered.slice(0, mostWords - 1) : ordered;
  const rest = ordered.slice(shown.length).reduce((sum, [, count]) => sum + count, 0);
  const counts = Object.fromEntries(shown);
  return rest === 0 ? counts : { ...counts, [other]: (counts[other] ?? 0) + rest };
}

/** The commonest first; alike, by the alphabet; what is summed comes last. */
function byCount(entries: readonly (readonly [string, number])[]): (readonly [string, number])[] {
  const last = (word: string): number => (word === other ? 1 : 0);
  return entries.toSorted(([a, n], [b, m]) => last(a) - last(b) || m - n || (a < b ? -1 : a > b ? 1 : 0));
}

/** How many there are in all. */
export function totalOf(counts: WordCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The two together. */
export function sumOf(a: WordCounts, b: WordCounts): WordCounts {
  const sum = new Map(Object.entries(a));
  for (const [word, count] of Object.entries(b)) sum.set(word, (sum.get(word) ?? 0) + count);
  return topCounts(sum);
}

/** `status 404 (96×), timeout (2×)`: the commonest first, at most `most` of them, the rest as one. */
export function wordsText(counts: WordCounts, most = mostWords): string {
  const ordered = byCount(Object.entries(counts));
  const shown = ordered.length > most ? ordered.slice(0, Math.max(1, most - 1)) : ordered;
  const rest = ordered.slice(shown.length);
  const texts = shown.map(([word, count]) => `${word} (${count}×)`);
  if (rest.length > 0) texts.push(`${rest.length} others (${rest.reduce((sum, [, count]) => sum + count, 0)}×)`);
  return texts.join(", ");
}
