// What looks of all kinds share: the time that one has, and the headers that it sends.

import { z } from "zod";
import type { Ms } from "../core/units.ts";

/** One look has this long; a look that takes longer has seen nothing (or, for health, seen no health). */
export function lookSignal(signal: AbortSignal, timeoutMs: Ms): AbortSignal {
  const limit = new AbortController();
  // A timer that holds its signal: one of AbortSignal.timeout that only `any` knows may be collected before it fires.
  setTimeout(() => limit.abort(new DOMException("no answer in time", "TimeoutError")), timeoutMs).unref();
  return AbortSignal.any([signal, limit.signal]);
}

/** What the platform says of whether a replica runs; rejects with the signal: one that hangs holds up no look. */
export function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error("the platform did not say in time whether it runs"));
    signal.addEventListener("abort", late, { once: true });
    if (signal.aborted) late();
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", late));
  });
}

/** The key `headers` of a kind that asks over HTTP. */
export const probeHeaders = z
  .record(z.string(), z.string("a text"))
  .exactOptional()
  .describe("Sent with each look, such as `api-key: {env:MY_KEY}`: the key itself comes from the environment.");
