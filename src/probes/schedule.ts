// Lets a probe look at fixed times until told to stop, and writes down every look: when it began, when it was over.

import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Ms } from "../core/units.ts";
import { messageOf } from "../core/errors.ts";
import type { Probe } from "../core/probe.ts";
import { seededRandom } from "../core/random.ts";
import type { Reading, ReadingEvent } from "../records/timeline/reading.ts";

/** A look that takes longer than this has seen nothing, whatever the probe promised. */
const LOOK_LIMIT_MS: Ms = 10_000;

export interface ProbeWatch {
  readonly clock: Clock;
  /** Gives each probe its own phase, so that probes do not look in step with each other or with the target. */
  readonly seed: number;
  readonly record: (event: ReadingEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Looks every `probe.everyMs` from a seeded phase on, until the signal. Looks of one probe never overlap: a look that
 * takes longer than the period lets the times pass that it missed. A look cut off by the signal is not recorded.
 */
export async function runProbe(probe: Probe, { clock, seed, record, signal }: ProbeWatch): Promise<void> {
  // Every probe of a target waits on the same signal; Node takes more than ten for a leak, and says so to the user.
  setMaxListeners(0, signal);
  const start = clock.now() + seededRandom(seed, `probe/${probe.name}`).next() * probe.everyMs;
  let next = start;
  while (await waitUntil(next, clock, signal)) {
    const from = clock.now();
    const reading = await lookOnce(probe, signal);
    const at = clock.now();
    if (signal.aborted) return;
    record({ kind: "reading", at, probe: probe.name, from: Math.max(0, from - (probe.lagMs ?? 0)), reading });
    const missed = Math.floor((at - start) / probe.everyMs);
    next = start + (missed + 1) * probe.everyMs;
  }
}

async function waitUntil(due: Ms, clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.max(0, due - clock.now()), undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

async function lookOnce(probe: Probe, signal: AbortSignal): Promise<Reading> {
  const limit = AbortSignal.timeout(LOOK_LIMIT_MS);
  const ended = AbortSignal.any([signal, limit]);
  const cutOff = new Promise<Reading>((resolve) => {
    ended.addEventListener("abort", () => resolve({ ok: false, reason: `no answer within ${LOOK_LIMIT_MS} ms` }), {
      once: true,
    });
  });
  try {
    return await Promise.race([probe.look(ended), cutOff]);
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}
