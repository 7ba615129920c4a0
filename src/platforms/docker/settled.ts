// The end of an order to the engine that may be under way: a stop goes on in the engine for all of its grace, whatever
// becomes of those who asked for it, and ends what somebody has started again meanwhile.

import { setTimeout as delay } from "node:timers/promises";
import type { EndOrder, MaybeOrdered, OrderOutcome } from "../../core/container-controls.ts";
import type { Ms } from "../../core/units.ts";
import type { Engine } from "./engine.ts";
import { runningAs } from "./process-control.ts";
import { clockWithin, remembers, toldOf } from "./told.ts";

/** An order that was sent reaches the engine, and the engine tells of its first signal, within this time, ms. */
const underWayMs: Ms = 1_000;
/** From the last signal until the engine tells of the end, ms: at most, on a busy machine. */
const endsWithinMs: Ms = 5_000;
const pollMs: Ms = 50;
/** An engine on this machine has our clock; one in a virtual machine may be off, ms. */
const clockSlackMs: Ms = 100;

/** What the engine did not tell counts only where its clock is ours: its events are asked for by times. */
export async function settled(
  engine: Engine,
  instance: string,
  { order, since }: MaybeOrdered,
  signal: AbortSignal,
): Promise<OrderOutcome> {
  const offMs = await clockWithin(engine, clockSlackMs);
  const isOurs = offMs !== undefined;
  const from = since - (offMs ?? 0);
  const knowsAll = async (): Promise<boolean> => isOurs && (await remembers(engine, from));
  const began = performance.now();
  const limitMs = longestOf(order);
  const untoldAfterMs = underWayMs + (offMs ?? limitMs);
  for (;;) {
    const runs = (await runningAs(engine, instance)) !== undefined;
    const told = new Set((await toldOf(engine, instance, from)).map(({ what }) => what));
    const passedMs = performance.now() - began;
    const isOrdered = told.has("kill");
    // A stop is over once it says so: what ended just before its last signal may get that one when it runs again.
    const isOver = order.kind === "kill" || (isOurs && (!isOrdered || told.has("stop")));
    if (!runs && (isOver || passedMs >= limitMs)) return "gone";
    if (runs && passedMs >= limitMs && isOrdered) return "ending";
    if (runs && passedMs >= limitMs) return (await knowsAll()) ? "untold" : "unknown";
    if (runs && passedMs >= untoldAfterMs && !isOrdered && (await knowsAll())) return "untold";
    await delay(pollMs, undefined, { signal });
  }
}

/** From an order until nothing of it is under way any more. */
function longestOf(order: EndOrder): Ms {
  return (order.kind === "stop" ? order.graceMs : 0) + endsWithinMs;
}
