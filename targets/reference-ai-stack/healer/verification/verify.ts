// Sixth stage. Healed is claimed only after good looks in a row for a while; a single good look is luck. Worse than
// before ends it at once: then the remedy itself is the trouble.
import type { Clock, Proof } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Check } from "../pathways/pathway.ts";
import type { Window } from "./window.ts";

/**
 * Looks until all was good for the window's hold (healed), until no good run can begin before its deadline any more, or
 * until things were worse than before in several looks in a row.
 */
export async function verify(look: Check, clock: Clock, window: Window): Promise<Proof> {
  const { everyMs, holdMs, deadlineMs } = window;
  const startedAt = clock.now();
  let goodSince: number | null = null;
  let worseLooks = 0;
  for (let looks = 1; ; looks += 1) {
    const from = clock.now();
    const seen = await look();
    goodSince = seen.good ? (goodSince ?? from) : null;
    worseLooks = seen.worse === undefined ? 0 : worseLooks + 1;
    const heldMs = goodSince === null ? 0 : clock.now() - goodSince;
    if (worseLooks >= NUMBERS.verification.worseLooks) {
      return { healed: false, worse: true, reasons: [`worse than before: ${seen.worse}`, seen.says] };
    }
    if (goodSince !== null && heldMs >= holdMs) {
      return {
        healed: true,
        reasons: [seen.says, `good in every look for ${Math.round(heldMs)} ms`, window.says],
      };
    }
    if (goodSince === null && clock.now() - startedAt >= deadlineMs) {
      return { healed: false, reasons: [seen.says, `not good within ${deadlineMs} ms, ${looks} looks`] };
    }
    await clock.sleep(everyMs);
  }
}
