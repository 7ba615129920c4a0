// A prompt on its way into KV memory: it waits for blocks, takes what is cached from there, and spends the time that
// reading the rest needs. What comes out is the chat as its blocks hold it.

import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { ChatMessage } from "../../common/chat-request.ts";
import type { Asker, KvPool, Lease } from "./pool.ts";
import {
  BLOCK_TOKENS,
  blocksFor,
  hashesOf,
  messagesOf,
  tokensIn,
  wholeBlocks,
  type Owner,
  type Prompt,
} from "./prompt.ts";

/** KV memory, and how fast what is not there is read into it. */
export interface Memory {
  readonly kv: KvPool;
  readonly prefillPerSecond: number;
  /** Hears of tokens as they are read, those found in the cache included, and again after a preemption. */
  readonly onRead: (tokens: number) => void;
}

/** Tokens that are read at a time, as vLLM's chunked prefill does (`max_num_batched_tokens`). */
const STEP_TOKENS = 2048;

/** What one request holds while it runs. */
export interface Reading {
  /** The chat that was read, as it stands in memory. */
  readonly messages: readonly ChatMessage[];
  readonly cachedTokens: number;
  /** How long it waited for its blocks, ms. */
  readonly waitedMs: number;
  /** Room for so many tokens of the answer; who lost his blocks waits for others, and reads anew. False: never. */
  hasRoom(tokens: number): Promise<boolean>;
  release(): void;
}

/** Rejects with the signal's reason, and then holds nothing. */
export async function readInto(memory: Memory, prompt: Prompt, owner: Owner, asker: Asker): Promise<Reading> {
  const { kv } = memory;
  const { signal } = asker;
  const whole = wholeBlocks(prompt.tokens);
  const hashes = hashesOf(whole, owner);
  const length = prompt.tokens.length;
  const take = async (blocks: number): Promise<Lease> => kv.take(hashes, blocks, asker);
  const fill = async (lease: Lease, more: number): Promise<Lease> => {
    const found = lease.cached.length * BLOCK_TOKENS;
    memory.onRead(found);
    try {
      await readOn(memory, length + more - found, signal);
      lease.keep(whole);
    } catch (error) {
      lease.release();
      throw error;
    }
    return lease;
  };
  const asked = performance.now();
  let lease = await take(blocksFor(length + 1));
  const waitedMs = performance.now() - asked;
  await fill(lease, 0);
  const cachedTokens = lease.cached.length * BLOCK_TOKENS;
  return {
    messages: messagesOf(prompt, [...lease.cached.flatMap(tokensIn), ...prompt.tokens.slice(cachedTokens)]),
    cachedTokens,
    waitedMs,
    async hasRoom(tokens) {
      const blocks = blocksFor(length + tokens);
      // Who lost his could never have them again, and who took them from all others would still have too few.
      if (blocks > kv.blocks) return false;
      while (!lease.grow(blocks)) {
        if (!lease.isPreempted) return false;
        lease = await fill(await take(blocks), tokens);
      }
      return true;
    },
    release: () => lease.release(),
  };
}

/** Reads so many tokens, step by step: each is due by when they began, so that late timers do not add up. */
async function readOn({ prefillPerSecond, onRead }: Memory, tokens: number, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  for (let read = 0; read < tokens;) {
    const step = Math.min(STEP_TOKENS, tokens - read);
    read += step;
    const due = began + (1000 * read) / prefillPerSecond;
    await pause(Math.max(0, due - performance.now()), undefined, { signal });
    onRead(step);
  }
}
