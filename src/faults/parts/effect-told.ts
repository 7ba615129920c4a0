// Hands on when an effect was there by the events of a container's engine, where there is one: our own look sees it
// some tenths of a second later, and on a busy machine later still.

import type { Site } from "../../core/controls.ts";
import type { EffectEvent, EventControl, Hearing, ToldInstant } from "../../core/told-effect.ts";
import type { Ms } from "../../core/units.ts";
import { seenWithin } from "./seen-within.ts";

/** An engine tells of an effect about when it shows in its looks; one that does not is not waited for, ms. */
const toldWithinMs: Ms = 1_000;
const lookEveryMs: Ms = 50;

/**
 * Asked right before the harm. Undefined where there is no engine, or it does not answer: the effect has its proof all
 * the same, and only its time is then known less well.
 */
export async function listenTo(container: string, events: EventControl | undefined): Promise<Hearing | undefined> {
  return events?.hear(container).catch(() => undefined);
}

/** To be heard: the effect begins with the first of `count` such events (1 when absent), and is whole with all. */
interface Awaited {
  readonly hearing: Hearing | undefined;
  readonly event: EffectEvent;
  readonly count?: number;
}

/** Waits for what is told for a moment; hands on nothing where nothing is. */
export async function handOnTold(
  { hearing, event, count = 1 }: Awaited,
  { effectTold }: Pick<Site, "effectTold">,
  signal: AbortSignal,
): Promise<void> {
  if (hearing === undefined || effectTold === undefined) return;
  let told: readonly ToldInstant[] = [];
  const look = async (): Promise<boolean> => {
    told = await hearing.told(event).catch(() => told);
    return told.length >= count;
  };
  await seenWithin(toldWithinMs, signal, look, lookEveryMs);
  const [first] = told;
  const last = told.slice(0, count).at(-1);
  if (first !== undefined && last !== undefined) effectTold({ by: "engine", event, lo: first.lo, hi: last.hi });
}
