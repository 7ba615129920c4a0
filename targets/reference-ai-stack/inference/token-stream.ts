// Tokens leave at a stated rate. Chunks are scheduled against the start of the answer, not against each other, so a
// late timer makes one chunk bigger and the rate still holds.

import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

/** Speed of the engine. */
export interface Pace {
  readonly tokensPerSecond: number;
  /** How often a chunk leaves, ms. */
  readonly chunkEveryMs: number;
  /** What passes before the first token is begun, ms; none when absent. */
  readonly prefillMs?: number;
}

/**
 * 400 tokens a second: an answer of 40 tokens takes 100 ms, in the range of a small served model. Chunks of about
 * sixteen, because every chunk is written and read twice on its way and that, not the engine, is what the stack spends
 * its time on.
 */
export const DEFAULT_PACE: Pace = { tokensPerSecond: 400, chunkEveryMs: 40 };

/** Yields the tokens that are due, chunk by chunk; ends with the signal's error when it aborts. */
export async function* paced(
  tokens: readonly string[],
  pace: Pace,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const started = performance.now() + (pace.prefillMs ?? 0);
  let sent = 0;
  for (let tick = 1; sent < tokens.length; tick += 1) {
    const wait = started + tick * pace.chunkEveryMs - performance.now();
    if (wait > 0) await pause(wait, undefined, { signal });
    signal.throwIfAborted();
    const due = Math.floor(((performance.now() - started) * pace.tokensPerSecond) / 1000);
    if (due <= sent) continue;
    yield tokens.slice(sent, due);
    sent = Math.min(due, tokens.length);
  }
}
