// What makes a batch suspect once it is published: most of its documents say the same, as where a source answers an
// error page to everything. Such a page seldom is the same to the letter: it has the address in it, a time, or the
// number of the request. And few of them may come in each batch, so that those that came lately count with it.
//
// A licence above each text, or a form that each is written in, is no such page: what is a document's own stands beside
// it, or stood there before as well.
import type { Line } from "./records.ts";

/** So many documents that say the same are too many. */
const LEAST_ALIKE = 3;
/** A page has so many words at least that stand in each, and three for each that does not; of these it has few. */
const LEAST_SHARED = 5;
const SHARED_TO_OWN = 3;
const MOST_OWN = 5;
/** A text that shares more than this of its words with the one before it is an update, and not another one. */
const MOST_OF_BEFORE = 0.5;
/** So many are each held against all: of what fills half of them one is among these. */
const SAMPLES = 8;
/** Documents of a source that count as lately. */
const MOST_LATELY = 64;
const LATELY_MS = 600_000;

/** A document as a batch has written it. */
export interface Said extends Line {
  /** What stood there before; null: nothing did. */
  readonly before: string | null;
}

interface Page {
  readonly seq: number;
  readonly at: number;
  readonly document: string;
  readonly text: string;
  /** The same without addresses, times and numbers of requests, and in small letters. */
  readonly words: ReadonlySet<string>;
  readonly core: string;
  /** Something else altogether stood there before. */
  readonly isReplaced: boolean;
}

export interface Suspicion {
  /** Which batches are suspect now that this one has said all of it, with the reason: it, and those before it. */
  readonly after: (
    batch: { readonly seq: number; readonly source: string },
    said: readonly Said[],
    at: number,
  ) => readonly { readonly seq: number; readonly says: string }[];
}

/** `stands`: whether a batch is published, and not taken back. What came before this process is not known. */
export function openSuspicion(stands: (seq: number) => boolean): Suspicion {
  const lately = new Map<string, readonly Page[]>();
  return {
    after({ seq, source }, said, at) {
      const own = said.flatMap((one) => (one.record.text.trim() === "" ? [] : [pageOf(one, seq, at)]));
      const former = (lately.get(source) ?? []).filter(
        (page) => page.seq !== seq && at - page.at < LATELY_MS && stands(page.seq),
      );
      lately.set(source, [...former, ...own.filter(({ isReplaced }) => isReplaced)].slice(-MOST_LATELY));
      const alone = sameIn(own);
      if (isMost(alone, own)) return [{ seq, says: `${alone.length} of ${own.length} documents have the same text` }];
      return suspects(own, [...former, ...own]);
    },
  };
}

/** Batches of which most say the same as others that came lately, where none of them does alone. */
function suspects(own: readonly Page[], all: readonly Page[]): ReturnType<Suspicion["after"]> {
  const replaced = all.filter(({ isReplaced }) => isReplaced);
  const same = sameIn(replaced, own);
  if (new Set(same.map(({ document }) => document)).size < LEAST_ALIKE) return [];
  const says = `${same.length} documents that came lately have nearly the same text`;
  const seqs = [...new Set(same.map(({ seq }) => seq))];
  const found = seqs.filter((seq) => {
    const whole = all.filter((page) => page.seq === seq);
    return same.filter((page) => page.seq === seq).length >= whole.length / 2;
  });
  return found.includes(own[0]?.seq ?? -1) ? found.map((seq) => ({ seq, says })) : [];
}

function isMost(same: readonly Page[], of: readonly Page[]): boolean {
  const documents = new Set(same.map(({ document }) => document)).size;
  return documents >= LEAST_ALIKE && same.length >= of.length / 2;
}

/** The most pages that say the same as one of `samples`. */
function sameIn(pages: readonly Page[], samples: readonly Page[] = pages): readonly Page[] {
  const step = Math.max(1, Math.floor(samples.length / SAMPLES));
  let most: readonly Page[] = [];
  for (let n = 0; n < samples.length; n += step) {
    const sample = samples[n];
    const same = sample === undefined ? [] : pages.filter((page) => isSame(page, sample));
    if (same.length > most.length) most = same;
  }
  return most;
}

/** The same to the letter, or but for what varies; but for a few words only where both took the place of others. */
function isSame(one: Page, other: Page): boolean {
  if (one.text === other.text) return true;
  if (one.core === other.core && one.words.size >= LEAST_SHARED) return true;
  if (!one.isReplaced || !other.isReplaced) return false;
  const shared = sharedBy(one.words, other.words);
  const ownWords = Math.max(one.words.size, other.words.size) - shared;
  return shared >= LEAST_SHARED && ownWords <= Math.min(MOST_OWN, shared / SHARED_TO_OWN);
}

function pageOf({ record: { id, text }, before }: Said, seq: number, at: number): Page {
  const kept = wordsOf(text);
  const words = new Set(kept);
  const former = new Set(wordsOf(before ?? ""));
  const isReplaced = before !== null && sharedBy(words, former) <= MOST_OF_BEFORE * Math.min(words.size, former.size);
  return { seq, at, document: id, text: text.trim(), words, core: kept.join(" "), isReplaced };
}

function sharedBy(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of some) if (others.has(word)) shared += 1;
  return shared;
}

/** Words in small letters, tags of HTML among them; an address, a time and a long number with letters are none. */
function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replaceAll(/[a-z]+:\/\/[^\s<>"')]+|(?<![<\w])\/[^\s<>"')]+/gu, " ")
    .split(/[^\p{L}\p{N}_.:-]+/u)
    .map((word) => word.replaceAll(/^[.:-]+|[.:-]+$/g, ""))
    .filter((word) => word !== "" && !(word.length >= 6 && /\d/.test(word)));
}
