// Makes candidate questions from passages: what a reader would ask who knows the name, or the task, but not the text.
import { createHash } from "node:crypto";
import type { Passage } from "./chunker.ts";

export interface Candidate {
  readonly question: string;
  readonly passage: string;
}

/** Words of the first sentence that go into a question at most: the gist, not the text. */
const GIST_WORDS = 14;

/** Openings that are no description: nobody would ask so. */
const SAYS_LITTLE = /^(?:Parameter|Returns:|Default:|Deprecated:|The URL of|\S+ class is a global reference)/;

type Phrasing = (name: string, module: string, gist: string) => string;

const PHRASINGS: readonly Phrasing[] = [
  (name) => `What does ${name} do?`,
  (name) => `How do I use ${name}, and what should I know about it?`,
  (name, module) => `Explain ${name} from the ${module} module.`,
  (_name, module, gist) => `Which part of ${module} is this: ${gist}?`,
  (name, _module, gist) => `Is ${name} the right thing when I want this: ${gist}?`,
  (name, _module, gist) => `${gist} - is that what ${name} is for?`,
];

/**
 * One question for every passage that opens its symbol's documentation, in an order shuffled by hash: the same corpus
 * gives the same candidates. A question that two passages would ask is left out: it has no one right answer.
 */
export function candidateQuestions(passages: readonly Passage[]): readonly Candidate[] {
  const candidates = passages
    .filter((passage) => passage.id.endsWith("#1") && passage.symbol.includes(".") && !SAYS_LITTLE.test(passage.text))
    .map((passage) => ({ passage, order: createHash("sha256").update(passage.id).digest() }))
    .sort((a, b) => Buffer.compare(a.order, b.order))
    .map(({ passage, order }) => {
      const phrasing = PHRASINGS[(order[0] ?? 0) % PHRASINGS.length] ?? PHRASINGS[0];
      const module = passage.symbol.split(".")[0] ?? "";
      return { question: phrasing?.(passage.symbol, module, gistOf(passage.text)) ?? "", passage: passage.id };
    });
  const askedBy = new Map<string, number>();
  for (const { question } of candidates) askedBy.set(question, (askedBy.get(question) ?? 0) + 1);
  return candidates.filter(({ question }) => askedBy.get(question) === 1);
}

/** Whether a question only repeats its passage: then finding it would prove nothing. */
export function isVerbatim(question: string, text: string): boolean {
  const flat = (value: string): string =>
    value
      .toLowerCase()
      .replace(/[^a-z\d]+/g, " ")
      .trim();
  return flat(text).includes(flat(question));
}

function gistOf(text: string): string {
  const sentence = /^(.*?[.:])(?:\s|$)/s.exec(text)?.[1] ?? text;
  const words = sentence.replace(/[.:]$/, "").split(/\s+/).slice(0, GIST_WORDS);
  const gist = words.join(" ").replace(/[,;]$/, "");
  return gist.charAt(0).toLowerCase() + gist.slice(1);
}
