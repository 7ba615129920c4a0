// The bundled engine is extractive: it picks the sentences of the given passages that share most words with the
// question and quotes them. It is no language model, needs no weights, and the same version answers the same prompt the
// same way.

import type { ChatMessage } from "../common/chat-request.ts";
import { type Passage, passagesIn, questionIn } from "../common/passages.ts";

/** Name and version of the engine; changes whenever an answer could. */
export const ENGINE_VERSION = "extractive-1";

/** Tokens of quoted text in an answer, before the list of sources. */
const QUOTE_TOKENS = 30;
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
  /** Tokens read, for `usage.prompt_tokens`. */
  readonly promptTokens: number;
}

/** A token of this engine is a word with the white space after it. */
export function tokensOf(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}

function wordsOf(text: string): string[] {
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

function quote(sentences: readonly Sentence[]): string[] {
  const tokens: string[] = [];
  for (const sentence of sentences) {
    const left = QUOTE_TOKENS - tokens.length;
    if (left < MIN_SENTENCE_TOKENS) break;
    const words = tokensOf(sentence.text).map((word) => word.trim());
    const kept = words.length > left ? [...words.slice(0, left - 1), "…"] : words;
    tokens.push(...kept.map((word) => `${word} `), `[${sentence.passage.id}] `);
  }
  return tokens;
}

/** Composes the answer to the last user message from the passages in the system messages. Pure and deterministic. */
export function composeAnswer(messages: readonly ChatMessage[]): Answer {
  const passages = passagesIn(messages);
  const promptTokens = messages.reduce((sum, message) => sum + tokensOf(message.content).length, 0);
  if (passages.length === 0) {
    return {
      promptTokens,
      tokens: tokensOf("No passages were given, so this extractive engine has nothing to quote."),
    };
  }
  const asked = new Set(wordsOf(questionIn(messages)));
  const sources = passages.map((passage, index) => `[${passage.id}]${index + 1 < passages.length ? " " : ""}`);
  return { promptTokens, tokens: [...quote(scored(passages, asked)), "Sources: ", ...sources] };
}
