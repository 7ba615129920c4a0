// How busy the machine's processors are, whoever it is that uses them; what runs at a low priority (our spinners)
// yields and does not count.

import { cpus } from "node:os";
import type { Share } from "../../core/units.ts";

interface Times {
  readonly busy: number;
  readonly all: number;
}

function timesNow(): Times {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const used = times.user + times.sys + times.irq;
    busy += used;
    all += used + times.nice + times.idle;
  }
  return { busy, all };
}

/**
 * Each call tells the busy share of all processors since the one before (the first: since this was made); 0 when no
 * time passed.
 */
export function watchProcessors(): () => Share {
  let last = timesNow();
  return () => {
    const now = timesNow();
    const [busy, all] = [now.busy - last.busy, now.all - last.all];
    last = now;
    return all > 0 ? busy / all : 0;
  };
}
