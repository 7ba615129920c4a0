// Time that passes when the test says so: waits end in order, and everything that follows from them runs before time
// goes on.
import { setImmediate as settle } from "node:timers/promises";
import type { Clock } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";

export interface VirtualClock extends Clock {
  /** Lets `ms` pass in one step and runs what was waiting. */
  readonly pass: (ms: number) => Promise<void>;
}

export function createVirtualClock(): VirtualClock {
  let now = 0;
  let waiting: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    wallTime: () => new Date(Date.UTC(2030, 0, 1) + now).toISOString(),
    sleep: (ms) => new Promise((wake) => void waiting.push({ at: now + ms, wake })),
    pass: async (ms) => {
      now += ms;
      const due = waiting.filter((one) => one.at <= now).sort((a, b) => a.at - b.at);
      waiting = waiting.filter((one) => one.at > now);
      for (const one of due) one.wake();
      await settle();
    },
  };
}

/** Evenly distributed numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** First-byte times of a busy two-core machine, ms: mostly 8–30, now and then far more. */
export function busyLatency(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const tail = random() < 0.03 ? 250 * random() : 0;
  return 14 * Math.exp(0.5 * normal) + tail;
}

/** A count with Poisson's law. */
export function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count += 1;
  }
  return count;
}
