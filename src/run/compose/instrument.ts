// The instrument looks at itself before a run.

import { messageOf } from "../../core/errors.ts";
import { loadNothing } from "../../load/load-nothing.ts";
import { instrumentOf } from "../../measure/cost/instrument.ts";
import type { Instrument } from "../../records/instrument.ts";

/**
 * Looks for about a second. `asked`: the greatest rate of the trials to come, requests a second. `mark`: environment of
 * our helper processes, which are gone when it resolves. Never rejects: what cannot be measured is said.
 */
export async function measureInstrument(
  asked: number,
  mark: Readonly<Record<string, string>> = {},
): Promise<Instrument> {
  try {
    return instrumentOf(await loadNothing(asked, mark));
  } catch (thrown) {
    return { ok: false, reason: messageOf(thrown) };
  }
}
