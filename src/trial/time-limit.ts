// A limit that holds also for work that ignores its signal: what cleans up, and what looks, must not hang the harness.

import type { Ms } from "../core/units.ts";

/** The work's result, or a rejection after `limitMs`; the work gets a signal of its own that ends with the limit. */
export async function withTimeLimit<T>(limitMs: Ms, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`took longer than its time limit of ${limitMs} ms`);
      controller.abort(error);
      reject(error);
    }, limitMs);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
