// What makes an answer to one request, token by token: the bundled engine, in this process or in one of its own
// (engine-door.ts). It has the KV memory.

import type { ChatMessage, ChatRequest } from "../common/chat-request.ts";
import { composeAnswer, type Answer, type Mind } from "./engine.ts";
import { createKeptPrompts } from "./kept-prompts.ts";
import type { BlockFile } from "./kv/block-file.ts";
import { createKvPool } from "./kv/pool.ts";
import { readInto, type Reading } from "./kv/reading.ts";
import { paced, type Pace } from "./token-stream.ts";

/** What is to be answered, and how: by the version that answers. Plain data, so that it can go to another process. */
export interface Asked {
  readonly request: ChatRequest;
  /** Who answers: versions share no cached block. */
  readonly version: string;
  readonly pace: Pace;
  /** How the version answers; the engine's own way when absent. */
  readonly mind?: Mind;
  /** It only looks whether anything is made: it is not counted where users' requests are. */
  readonly isProbe?: boolean;
}

export type Finish = "stop" | "length";

/** One answer under way. */
export interface Generation {
  /** Tokens read, those found in the prefix cache included. */
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** How long it waited for KV memory, ms. */
  readonly waitedMs: number;
  /** Tokens as they are made; ends with the signal's error when that aborts. */
  readonly chunks: AsyncIterable<readonly string[]>;
  /** Why it ended; to be asked after the last token. */
  readonly finish: () => Finish;
}

/** Hears how many tokens of a prompt were read since it last heard. */
export type OnRead = (tokens: number) => void;

/**
 * Begins an answer; resolves when the prompt is read. Its memory is given back when its chunks have ended, so they must
 * be taken.
 */
export type Generate = (asked: Asked, signal: AbortSignal, onRead: OnRead) => Promise<Generation>;

/** KV memory as it is now. */
export interface MemoryView {
  /** Blocks that running requests hold. */
  readonly held: number;
  /** Users' requests that have a slot and wait for blocks. */
  readonly waiting: number;
  /** Requests so far that lost their blocks to another. */
  readonly preemptions: number;
}

export interface Engine {
  readonly generate: Generate;
  /** Blocks of KV memory, of 16 tokens. */
  readonly kvBlocks: number;
  memory(): MemoryView;
  /** It has loaded what it needs; until then the process may not answer its health path. Absent: at once. */
  readonly ready?: Promise<void>;
  /** Why a prompt can never run here, in words; null: it can. Absent: KV memory is all that bounds it. */
  readonly whyNot?: (asked: Asked, signal: AbortSignal) => Promise<string | null>;
  /** Forgets what is cached of prompts; answers in how many blocks that was. */
  clearCache(): Promise<number>;
}

export interface EngineParts {
  readonly kvBlocks: number;
  /** Holds what is in the blocks. */
  readonly kvFile: BlockFile;
  /** How fast a prompt is read, tokens a second. */
  readonly prefillPerSecond: number;
}

/** The answer to what was read, cut to `max_tokens`. */
function answerTo({ request, mind }: Asked, messages: readonly ChatMessage[]): Answer & { readonly finish: Finish } {
  const answer = composeAnswer(messages, mind, request.verbosity ?? undefined);
  const limit = request.max_tokens ?? Number.POSITIVE_INFINITY;
  if (answer.tokens.length <= limit) return { ...answer, finish: "stop" };
  return { ...answer, tokens: answer.tokens.slice(0, limit), finish: "length" };
}

/** The engine in this process: composed from what was read, handed out at the stated rate. */
export function engineHere({ kvBlocks, kvFile, prefillPerSecond }: EngineParts): Engine {
  let preemptions = 0;
  const kv = createKvPool(kvBlocks, kvFile, () => (preemptions += 1));
  const kept = createKeptPrompts();
  return {
    kvBlocks,
    memory: () => ({ held: kv.held(), waiting: kv.waiting(), preemptions }),
    clearCache: async () => kv.clearCache(),
    async generate(asked, signal, onRead) {
      const { request, version, pace, isProbe = false } = asked;
      const prompt = kept.read(request.messages, request.prompt_cache_key ?? undefined);
      const owner = { version, salt: request.cache_salt ?? "" };
      const reading = await readInto({ kv, prefillPerSecond, onRead }, prompt, owner, { signal, isProbe });
      const answer = releasingIfNot(reading, () => answerTo(asked, reading.messages));
      let { finish } = answer;
      const chunks = withRoom(paced(answer.tokens, pace, signal), reading, () => (finish = "length"));
      const { cachedTokens, waitedMs } = reading;
      return { promptTokens: prompt.tokens.length, cachedTokens, waitedMs, chunks, finish: () => finish };
    },
  };
}

/** What cannot be answered holds no memory. */
function releasingIfNot<T>(reading: Reading, answer: () => T): T {
  try {
    return answer();
  } catch (error) {
    reading.release();
    throw error;
  }
}

/** The chunks as long as KV memory has room for them; it is given back at the end. */
async function* withRoom(
  chunks: AsyncIterable<readonly string[]>,
  reading: Reading,
  cut: () => void,
): AsyncGenerator<readonly string[]> {
  let made = 0;
  try {
    for await (const chunk of chunks) {
      made += chunk.length;
      if (!(await reading.hasRoom(made))) {
        cut();
        return;
      }
      yield chunk;
    }
  } finally {
    reading.release();
  }
}
