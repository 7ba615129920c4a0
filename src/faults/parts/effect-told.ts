// Hands on when an effect was there by the events of a container's engine, where there is one: our own look sees it
// some tenths of a second later, and on a busy machine later still.

import type { Site } from "../../core/controls.ts";
import type { EffectEvent, EventControl, Hearing, ToldInstant } from "../../core/told-effect.ts";
import type { Ms } from "../../core/units.ts";
import { seenWithin } from "./seen-within.ts";

/** So long an engine that is slow to answer may keep a fault from its harm, ms. */
const heardWithinMs: Ms = 5_000;
/** An engine tells of an effect about when it shows in its looks; one that does not is not waited for, ms. */
const toldWithinMs: Ms = 1_000;
const lookEveryMs: Ms = 50;

/**
 * Asked right before the harm. Undefined where there is no engine, or it does not answer in time: the effect has its
 * proof all the same, and only its time is then known less well.
 */
export async function listenTo(container: string, events: EventControl | undefined): Promise<Hearing | undefined> {
  return events && within(heardWithinMs, events.hear(container));
}

/**
 * To be heard: the effect begins with the first of `count` such events (1 when absent), and is whole with all. With
 * `begin` it may begin with the first of those, and nothing is handed on where that was not told.
 */
interface Awaited {
  readonly hearing: Hearing | undefined;
  readonly event: EffectEvent;
  readonly count?: number;
  readonly begin?: EffectEvent | undefined;
}

/**
 * Notes that the effect is proved, and waits for what is told of it, a moment at most; hands on nothing where nothing
 * is. Never throws: what is proved stays proved.
 */
export async function handOnTold(
  { hearing, event, count = 1, begin }: Awaited,
  { effectSeen, effectTold }: Pick<Site, "effectSeen" | "effectTold">,
  signal: AbortSignal,
): Promise<void> {
  if (hearing === undefined || effectTold === undefined) return;
  effectSeen?.();
  let told: readonly ToldInstant[] = [];
  let begun: readonly ToldInstant[] = [];
  const look = async (): Promise<boolean> => {
    told = await hearing.told(event).catch(() => told);
    begun = begin === undefined ? told : await hearing.told(begin).catch(() => begun);
    return told.length >= count && begun.length > 0;
  };
  await within(toldWithinMs, seenWithin(toldWithinMs, signal, look, lookEveryMs));
  const [first] = begun;
  const last = told.slice(0, count).at(-1);
  if (first === undefined || last === undefined) return;
  effectTold({ by: "engine", event: begin ?? event, lo: first.lo, hi: last.hi });
}

/** Undefined where it comes later, or fails; what it does then goes on, and nobody hears of it. */
async function within<T>(limitMs: Ms, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
