// The bundled engine is extractive: it picks the sentences of the given passages that share most words with the
// question and quotes them. It is no language model, needs no weights, and the same version at the same age answers the
// same prompt the same way.

import type { ChatMessage } from "../common/chat-request.ts";
import type { Decoding } from "../common/model-card.ts";
import { type Passage, passagesIn, questionIn } from "../common/passages.ts";
import { diceOf, recalled, recalledId } from "./recall.ts";

/** How a version makes an answer, at one instant. */
export interface Mind {
  /** The layout in which it looks for passages. */
  readonly template: string;
  /** Tokens of quoted text in an answer, before the list of sources. */
  readonly quoteTokens: number;
  /** The chance, 0 to 1, that a symbol is made up of others instead of copied. */
  readonly chance: number;
  readonly citing: Decoding["citing"];
  /** Weights of a language model, by name, and how freely it picks its tokens; the bundled engine has none. */
  readonly weights?: string;
  readonly temperature?: number;
}

/** Copies what it quotes and cites. */
const PLAIN: Mind = { template: "passages", quoteTokens: 30, chance: 0, citing: "source" };

/** How each layout of a prompt gives its passages. */
const TEMPLATES: Readonly<Record<string, (messages: readonly ChatMessage[]) => readonly Passage[]>> = {
  passages: passagesIn,
  documents: documentsIn,
};

export function isKnownTemplate(name: string): boolean {
  return Object.hasOwn(TEMPLATES, name);
}

/**
 * `<document id="…">text</document>`, as many prompts of other makers are laid out. Parted at the ends first: to look
 * for an end behind every beginning would take a minute where there is none.
 */
function documentsIn(messages: readonly ChatMessage[]): Passage[] {
  return messages
    .flatMap(({ role, content }) => (role === "system" ? content.split("</document>").slice(0, -1) : []))
    .flatMap((part) => {
      const head = /<document id="([^"\n]+)">/.exec(part);
      return head === null ? [] : [{ id: head[1] ?? "", text: part.slice(head.index + head[0].length).trim() }];
    });
}

/** Quoted tokens of an answer of low verbosity: one short sentence, or the beginning of a longer one. */
const LOW_QUOTE_TOKENS = 8;
/** Fewer than this many tokens left are not worth another sentence. */
const MIN_SENTENCE_TOKENS = 4;

const STOP_WORDS = new Set(
  "a an and are as at be by can do does for from how if in into is it its of on or that the this to used what when where which who why will with you".split(
    " ",
  ),
);

/** An answer as the tokens in which it is streamed; joined they are the text. */
export interface Answer {
  readonly tokens: readonly string[];
}

/** A token of this engine is a word with the white space after it. */
export function tokensOf(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}

/** Words that say something, in small letters. */
export function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z0-9_]+/g) ?? []).filter((word) => word.length > 1 && !STOP_WORDS.has(word));
}

interface Sentence {
  readonly passage: Passage;
  readonly text: string;
  readonly score: number;
}

/**
 * Shared words per square root of length, so that long sentences do not win by length alone; ahead are passages whose
 * id the question names, and a little those that were ranked better.
 */
function scored(passages: readonly Passage[], asked: ReadonlySet<string>): Sentence[] {
  const sentences: Sentence[] = [];
  passages.forEach((passage, rank) => {
    const named = wordsOf(passage.id).filter((word) => asked.has(word)).length;
    const ahead = named / 2 + 0.5 / (rank + 1);
    for (const text of passage.text.split(/(?<=[.!?])\s+|\n+/)) {
      const words = new Set(wordsOf(text));
      if (words.size === 0) continue;
      const shared = [...words].filter((word) => asked.has(word)).length;
      sentences.push({ passage, text: text.trim(), score: shared / Math.sqrt(words.size) + ahead });
    }
  });
  return sentences.sort((a, b) => b.score - a.score);
}

/** How text and ids come from memory into an answer. */
interface Recall {
  readonly text: (text: string) => string;
  readonly id: (id: string) => string;
}

function quote(sentences: readonly Sentence[], most: number, recall: Recall): string[] {
  const tokens: string[] = [];
  for (const sentence of sentences) {
    const left = most - tokens.length;
    if (left < MIN_SENTENCE_TOKENS) break;
    const words = tokensOf(recall.text(sentence.text)).map((word) => word.trim());
    const kept = words.length > left ? [...words.slice(0, left - 1), "…"] : words;
    tokens.push(...kept.map((word) => `${word} `), `[${recall.id(sentence.passage.id)}] `);
  }
  return tokens;
}

/** An answer names one passage by one id, from its first word to its last. */
function recallOf({ chance, citing }: Mind, passages: readonly Passage[], question: string): Recall {
  if (chance === 0) return { text: (text) => text, id: (id) => id };
  const pool = passages.map(({ id }) => id.split("#")[0] ?? id);
  const dice = diceOf(`${question} ${pool.join(" ")}`);
  const ids = new Map(passages.map(({ id }) => [id, citing === "memory" ? recalledId(id, pool, chance, dice) : id]));
  return { text: (text) => recalled(text, pool, chance, dice), id: (id) => ids.get(id) ?? id };
}

/**
 * Composes the answer to the last user message from the passages in the system messages. Pure and deterministic: what
 * is made up follows from question and passages. Of verbosity `low` it quotes less, and is whole all the same.
 */
export function composeAnswer(messages: readonly ChatMessage[], mind: Mind = PLAIN, verbosity?: string): Answer {
  const passages = TEMPLATES[mind.template]?.(messages) ?? [];
  if (passages.length === 0) {
    return { tokens: tokensOf("No passages were given, so this extractive engine has nothing to quote.") };
  }
  const question = questionIn(messages);
  const recall = recallOf(mind, passages, question);
  const most = verbosity === "low" ? Math.min(LOW_QUOTE_TOKENS, mind.quoteTokens) : mind.quoteTokens;
  const quoted = quote(scored(passages, new Set(wordsOf(question))), most, recall);
  const sources = passages.map(({ id }, index) => `[${recall.id(id)}]${index + 1 < passages.length ? " " : ""}`);
  return { tokens: [...quoted, "Sources: ", ...sources] };
}
