// Tells what became of documents of our own: one written every half second, looked for at the end and after our way
// back.

import type { PhaseName } from "../../src/records/timeline/phase.ts";
import type { Ms } from "../../src/core/units.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";

/** A document is offered so often. */
export const documentsEveryMs: Ms = 500;

/** Fates by the instant at which a document was offered, ms. */
export interface SimulatedDocuments {
  readonly refused?: (from: Ms) => boolean;
  /** Is it there at the end of observing; null: that look sees nothing. */
  readonly atEnd?: (from: Ms) => boolean | null;
  /** And after our way back. */
  readonly afterRevert?: (from: Ms) => boolean | null;
  /** None is offered from here on. */
  readonly stops?: Ms;
  /** Nobody looks for them before our way back. */
  readonly unlooked?: boolean;
}

/**
 * Offered at 1250, 1750 … and answered 20 ms later; looked for 200 ms before our way back and 300 ms before the end.
 */
export function documentEvents(
  told: SimulatedDocuments,
  phases: Readonly<Partial<Record<PhaseName, Ms>>>,
): TimelineEvent[] {
  const { refused = () => false, atEnd = () => true, afterRevert = () => true } = told;
  const over = (phases.revert ?? phases.teardown ?? 0) - 200;
  const events: TimelineEvent[] = [];
  let look = 0;
  for (let from = 1250, n = 1; from + 20 < Math.min(over, told.stops ?? over); from += documentsEveryMs, n += 1) {
    const id = `n${n}`;
    const ok = !refused(from);
    events.push({ kind: "write", at: from + 20, from, id, ok, ...(!ok && { reason: "answered 503" }) });
    if (!ok) continue;
    look += 1;
    const looks = [
      { begin: over, found: atEnd(from), skipped: told.unlooked === true },
      { begin: (phases.teardown ?? 0) - 300, found: afterRevert(from), skipped: phases.after === undefined },
    ];
    for (const { begin, found, skipped } of looks) {
      if (skipped) continue;
      const at = begin + look;
      events.push({ kind: "read-back", at: at + 1, from: at, id, found, ...(found === null && { reason: "refused" }) });
    }
  }
  return events;
}
