// The load as a control for faults: how often requests are due, changed a moment ahead so that no send time is missed.

import type { LoadRateControl } from "../core/controls.ts";
import type { Ms } from "../core/units.ts";
import { pause } from "./pause.ts";
import type { LoadControl } from "../core/load-source.ts";
import type { TrialClock } from "./ports.ts";

/** A change is ordered this long ahead, so that the generator's schedule has not passed it, ms. */
const leadMs: Ms = 200;

/** One for each trial, since it remembers what holds. Without a name a change is one of the default stream. */
export function loadRateControl(load: Pick<LoadControl, "setRate">, clock: TrialClock): LoadRateControl {
  const holds = new Map<string | undefined, number>();
  return {
    async change(times, signal, { stream, begins } = {}) {
      signal.throwIfAborted();
      const at = clock.now() + leadMs;
      load.setRate(times, at, stream);
      // From the order on it must be taken back, also when nobody waits for its beginning any more.
      holds.set(stream, times);
      await pause(at - clock.now(), signal);
      signal.throwIfAborted();
      begins?.();
    },
    times: (stream) => holds.get(stream) ?? 1,
  };
}
