// Which passages an answer stands on, by the words that both have. A model of 135 million parameters cites nothing when
// it is asked to, so the server that runs it names its sources afterwards; text that stands on no passage gets none.
import type { Passage } from "../../common/passages.ts";
import { wordsOf } from "../engine.ts";

/** Of the answer's words, so many must stand in the passage. */
const SHARE = 0.5;
/** An answer of fewer words shows nothing. */
const LEAST_WORDS = 4;

/** `Sources: [a] [b]` behind a line break, the best first; empty when there is none. */
export function sourcesOf(text: string, passages: readonly Passage[]): string {
  const words = new Set(wordsOf(text));
  if (words.size < LEAST_WORDS) return "";
  const standing = passages
    .map(({ id, text: given }) => ({ id, share: shareOf(words, new Set(wordsOf(`${id} ${given}`))) }))
    .filter(({ share }) => share >= SHARE)
    .toSorted((a, b) => b.share - a.share);
  return standing.length === 0 ? "" : `\nSources: ${standing.map(({ id }) => `[${id}]`).join(" ")}`;
}

function shareOf(words: ReadonlySet<string>, given: ReadonlySet<string>): number {
  return [...words].filter((word) => given.has(word)).length / words.size;
}
