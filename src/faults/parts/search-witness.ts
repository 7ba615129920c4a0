// Does a replica still find what it stores? The proof of damage to an index, told by what was seen: a figure that fell,
// or searches that were answered before and no longer are. One that went unanswered once proves nothing: a machine may
// be busy.

import { setTimeout as delay } from "node:timers/promises";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Site } from "../../core/controls.ts";
import type { Ms, Share } from "../../core/units.ts";
import { need } from "./params.ts";

/**
 * This many samples in a row must go unanswered, over at least this time, ms: a restart refuses for less on a calm
 * machine.
 */
const refusedLooks = 3;
const refusedForMs: Ms = 1_000;
/**
 * A look after the damage gets four times what the same look took before, within these bounds, ms. Less proves nothing
 * by time-outs.
 */
const patience = 4;
const leastLookMs: Ms = 2_000;
const mostLookMs: Ms = 4_000;
const everyMs: Ms = 20;

/** What else than a fall is required, in words. */
export const refusalWords = `or no more answers to searches that were answered before (${refusedLooks} samples in a row over ${refusedForMs / 1000} s, or their process gone)`;

/** So many rows, and so many hits of each answer, which then has to be whole; 1 when absent. */
export interface Asked {
  readonly sample: number;
  readonly hits?: number;
}

/** The look before the damage: without an answer here nothing can be proved later. */
export interface LookBefore extends Asked {
  readonly share: Share;
  readonly tookMs: Ms;
  /** The instance that answered; undefined where the platform cannot tell. */
  readonly instance: string | undefined;
}

/** Rejects when the replica does not answer. */
export async function lookBefore(site: Site, kind: string, asked: Asked, signal: AbortSignal): Promise<LookBefore> {
  const instance = await site.controls.process?.find().catch(() => undefined);
  const from = performance.now();
  const share = await need(site, kind, "vectors").selfRetrieval(asked.sample, signal, asked.hits);
  return { share, tookMs: performance.now() - from, ...asked, instance };
}

export interface Proof {
  readonly seen: boolean;
  /** What was seen; a figure only where one was measured. */
  readonly says: string;
}

/** What the looks after the damage came to so far. */
interface Looks {
  /** The newest share that was measured. */
  readonly after?: Share;
  readonly unanswered: number;
  readonly reason?: string;
  /** Those without an answer since the last one with an answer; `late`: of them, how many had no answer in time. */
  readonly row?: { readonly since: Ms; readonly looks: number; readonly late: number };
}

interface Effect {
  readonly site: Site;
  readonly kind: string;
  readonly fall: Share;
  readonly withinMs: Ms;
}

/**
 * Looks until the share fell by `fall`, or the replica was seen to answer no more; at least once, and at most
 * `withinMs` and the rest of a row without answers. Throws when the signal ends it.
 */
export async function effectSeen(
  before: LookBefore,
  { site, kind, fall, withinMs }: Effect,
  signal: AbortSignal,
): Promise<Proof> {
  const lookMs = Math.min(mostLookMs, Math.max(leastLookMs, Math.ceil(patience * before.tookMs)));
  const start = performance.now();
  let looks: Looks = { unanswered: 0 };
  for (;;) {
    looks = await lookAgain(looks, { site, kind, asked: before, lookMs }, signal);
    const { after, row } = looks;
    if (row === undefined && after !== undefined && before.share - after >= fall) return told(true, before, looks);
    if (await isGone(site, before.instance)) return told(true, before, looks, before.instance);
    const now = performance.now();
    if (row !== undefined && hasRefused(row, now, lookMs >= patience * before.tookMs)) return told(true, before, looks);
    // A row without an answer is seen through to where it can be told.
    const open = withinMs > 0 && row !== undefined && row.looks < refusedLooks;
    if (!open && now - start >= withinMs) return told(false, before, looks);
    await delay(everyMs, undefined, { signal });
  }
}

function hasRefused({ since, looks, late }: NonNullable<Looks["row"]>, now: Ms, patient: boolean): boolean {
  const telling = patient ? looks : looks - late;
  return telling >= refusedLooks && now - since >= refusedForMs;
}

async function lookAgain(
  { after, unanswered, reason, row }: Looks,
  ask: { readonly site: Site; readonly kind: string; readonly asked: Asked; readonly lookMs: Ms },
  signal: AbortSignal,
): Promise<Looks> {
  const since = performance.now();
  const limit = AbortSignal.timeout(ask.lookMs);
  const ends = AbortSignal.any([signal, limit]);
  try {
    const vectors = need(ask.site, ask.kind, "vectors");
    const { sample, hits } = ask.asked;
    const share = await Promise.race([vectors.selfRetrieval(sample, ends, hits), rejection(ends)]);
    return { after: share, unanswered, ...(reason !== undefined && { reason }) };
  } catch (thrown) {
    signal.throwIfAborted();
    const late = limit.aborted || isTimeOut(thrown) ? 1 : 0;
    return {
      ...(after !== undefined && { after }),
      unanswered: unanswered + 1,
      reason: messageOf(thrown),
      row: { since: row?.since ?? since, looks: (row?.looks ?? 0) + 1, late: (row?.late ?? 0) + late },
    };
  }
}

/** Also a look that does not heed its signal has an end. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    // What has ended already tells of it no more.
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** The reason may lie some levels down. */
function isTimeOut(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = "code" in thrown ? String(thrown.code) : "";
  return thrown.name === "TimeoutError" || /TIMEOUT|TIMEDOUT/.test(code) || isTimeOut(thrown.cause);
}

/** Even if another one runs in its place: the instance that answered before the damage does not run any more. */
async function isGone(site: Site, instance: string | undefined): Promise<boolean> {
  return instance !== undefined && (await site.controls.process?.isAlive(instance)) === false;
}

function told(seen: boolean, before: LookBefore, looks: Looks, gone?: string): Proof {
  const { after, unanswered, reason, row } = looks;
  const whole = before.hits === undefined ? "" : `, ${before.hits} hits each, no id twice`;
  const sample = `(${before.sample} rows asked for${whole})`;
  const was = `self-retrieval ${before.share.toFixed(3)} before`;
  const times = unanswered === 1 ? "once" : `${unanswered} times`;
  const silent = unanswered === 0 ? "" : `; ${times} without an answer (${reason ?? "no reason"})`;
  if (gone !== undefined) {
    const now = after === undefined ? "not measured after" : `${after.toFixed(3)} at the last look`;
    return { seen, says: `${was}, ${now} ${sample}; ${gone}, which answered before, is gone${silent}` };
  }
  if (after !== undefined && row === undefined) {
    return { seen, says: `${was}, ${after.toFixed(3)} after ${sample}${silent}` };
  }
  const forMs = row === undefined ? 0 : performance.now() - row.since;
  const inRow = `${row?.looks ?? 0} in a row over ${(forMs / 1000).toFixed(1)} s (${reason ?? "no reason"})`;
  const so = seen
    ? `answered before, and no longer: no answer to ${inRow}`
    : `too few samples to tell: no answer to ${inRow}`;
  return { seen, says: `${was}, not measured after ${sample}; ${so}` };
}

/** A replica that hardly finds anything has no fall to show. */
export function refuseBlindness({ share }: LookBefore, fall: Share): void {
  if (share >= fall) return;
  const what = `self-retrieval is ${share.toFixed(3)} before any damage: a fall by ${fall.toFixed(3)} could not be seen`;
  throw new HarnessError("environment", what);
}

/** Rows that a replica is asked for at once, at most: their vectors come in one answer. */
const mostRows = 1_000;

/**
 * Rows to ask for: about 30 damaged ones are among them, at a share of 1 % ten; fewer would make the proof a matter of
 * luck.
 */
export function sampleFor(share: number, rows: number): number {
  return Math.min(rows, mostRows, Math.max(64, Math.ceil(30 / share)));
}
