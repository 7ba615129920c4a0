// Sixth stage. Healed is claimed only after good looks in a row for a while; a single good look is luck.
import type { Clock, Proof } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Check, Look } from "../pathways/pathway.ts";

/**
 * Looks until all was good for the holding time (healed), or until no good run can begin before the deadline any more.
 */
export async function verify(check: Check, clock: Clock): Promise<Proof> {
  const { everyMs, holdMs, deadlineMs } = NUMBERS.verification;
  const startedAt = clock.now();
  let goodSince: number | null = null;
  let last: Look = { good: false, says: "nothing was looked at" };
  let looks = 0;
  for (;;) {
    const from = clock.now();
    last = await check();
    looks += 1;
    goodSince = last.good ? (goodSince ?? from) : null;
    const heldMs = goodSince === null ? 0 : clock.now() - goodSince;
    if (goodSince !== null && heldMs >= holdMs) {
      return { healed: true, reasons: [last.says, `good in every look for ${Math.round(heldMs)} ms`] };
    }
    if (goodSince === null && clock.now() - startedAt >= deadlineMs) {
      return { healed: false, reasons: [last.says, `not good within ${deadlineMs} ms, ${looks} looks`] };
    }
    await clock.sleep(everyMs);
  }
}
