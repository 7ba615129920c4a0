// The end of an order to the engine that may be under way: a stop goes on in the engine for all of its grace, whatever
// becomes of those who asked for it, and ends what somebody has started again meanwhile.

import { setTimeout as delay } from "node:timers/promises";
import type { EndOrder, MaybeOrdered, OrderOutcome } from "../../core/container-controls.ts";
import type { Ms } from "../../core/units.ts";
import type { Engine } from "./engine.ts";
import { runningAs } from "./process-control.ts";
import { remembers, toldOf } from "./told.ts";

/** An order that was sent reaches the engine, and the engine tells of its first signal, within this time, ms. */
const underWayMs: Ms = 1_000;
/** From the last signal until the engine tells of the end, ms: at most, on a busy machine. */
const endsWithinMs: Ms = 5_000;
const pollMs: Ms = 50;

export async function settled(
  engine: Engine,
  instance: string,
  { order, since }: MaybeOrdered,
  signal: AbortSignal,
): Promise<OrderOutcome> {
  const began = performance.now();
  const limitMs = longestOf(order);
  for (;;) {
    const runs = (await runningAs(engine, instance)) !== undefined;
    const told = new Set((await toldOf(engine, instance, since)).map(({ what }) => what));
    const passedMs = performance.now() - began;
    const isOrdered = told.has("kill");
    // A stop is over once it says so: what ended just before its last signal may get that one when it runs again.
    const isOver = order.kind === "kill" || !isOrdered || told.has("stop");
    if (!runs && (isOver || passedMs >= limitMs)) return "gone";
    if (runs && passedMs >= limitMs) return isOrdered ? "ending" : untold(engine, since);
    if (runs && passedMs >= underWayMs && !isOrdered && (await remembers(engine, since))) return "untold";
    await delay(pollMs, undefined, { signal });
  }
}

/** From an order until nothing of it is under way any more. */
function longestOf(order: EndOrder): Ms {
  return (order.kind === "stop" ? order.graceMs : 0) + endsWithinMs;
}

async function untold(engine: Engine, since: number): Promise<OrderOutcome> {
  return (await remembers(engine, since)) ? "untold" : "unknown";
}
