// Whether a share of the time was kept, and what it came to in words.

import type { ShareReached } from "../../core/controls.ts";
import type { Ms, Share } from "../../core/units.ts";

/** What was reached may differ by this part of the share, and by this much besides. */
const [offBy, offBesides]: readonly [Share, Share] = [0.2, 0.01];
/** The system counts what was used in ticks of 10 ms, ms. */
const usedBesidesMs: Ms = 20;

/** Let run for that share, neither more nor less, and it used no more than its threads can have in that time. */
export function isReached(share: Share, { wallMs, ranMs, usedMs, processors }: ShareReached): boolean {
  const isNear = Math.abs(ranMs / wallMs - share) <= offBy * share + offBesides;
  return isNear && usedMs <= ranMs * processors + usedBesidesMs;
}

/** `let run for 20 % of 3.0 s, in which it used 0.41 s of a processor` */
export function shareWords({ isGone, ranMs, wallMs, usedMs }: ShareReached): string {
  const time = `${percent(ranMs / Math.max(1, wallMs))} of ${(wallMs / 1000).toFixed(1)} s`;
  return `${isGone ? "gone; until then " : ""}let run for ${time}, in which it used ${(usedMs / 1000).toFixed(2)} s of a processor`;
}

/** `20 %` */
export function percent(share: Share): string {
  return `${(100 * share).toFixed(0)} %`;
}
