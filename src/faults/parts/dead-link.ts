// What faults share that take a link down: the toxic on its edge, and the proof by what waits there.

import type { EdgeControl, StrikeControl } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { seenWithin } from "./seen-within.ts";

/** Between two requests of ours, which are asked until one has waited. */
const againMs: Ms = 100;

interface Link {
  readonly edge: EdgeControl;
  readonly strikes: StrikeControl;
}

/**
 * A request of ours that was not answered within `waitsMs` while the proxy held what was sent, or an answer that came
 * so late. Looks for `withinMs`.
 */
export async function seenDown(
  toxic: string,
  { edge, strikes }: Link,
  { waitsMs, withinMs }: { readonly waitsMs: Ms; readonly withinMs: Ms },
  signal: AbortSignal,
): Promise<Evidence> {
  let [held, waited] = [0, false];
  const look = async (): Promise<boolean> => {
    // What was held before stays counted after the toxic is gone.
    if ((await edge.toxicNames())?.includes(toxic) !== true) {
      [held, waited] = [0, false];
      return true;
    }
    const patience = AbortSignal.timeout(waitsMs);
    waited = await edge.roundTripMs(AbortSignal.any([signal, patience])).then(
      () => false,
      () => patience.aborted,
    );
    signal.throwIfAborted();
    held = await strikes.struck(toxic);
    return waited && held > 0;
  };
  await seenWithin(withinMs, signal, look, againMs);
  return {
    confirmed: waited && held > 0,
    expected: `a request through the edge that waits for ${waitsMs} ms, held by ${toxic}`,
    seen: `${waited ? "it waited" : "each was answered"}; ${held} pieces were held so far`,
  };
}
