// The instrument looks at itself before a run.

import { messageOf } from "../../core/errors.ts";
import { loadNothing } from "../../load/load-nothing.ts";
import { instrumentOf } from "../../measure/cost/instrument.ts";
import type { TriedLoad } from "../../core/load-source.ts";
import type { Instrument } from "../../records/instrument.ts";

/** A look that found less than was asked for is made again, so often at most in all. */
const mostLooks = 3;

/**
 * Looks for about a second, and again where a stall of the machine may have spoilt it. `asked`: the greatest rate of
 * the trials to come, requests a second. `load`: where the load will be sent; on this machine when absent. Never
 * rejects: what cannot be measured is said.
 */
export async function measureInstrument(
  asked: number,
  load: (asked: number) => Promise<TriedLoad> = loadNothing,
): Promise<Instrument> {
  try {
    const looks: TriedLoad[] = [];
    for (;;) {
      looks.push(await load(asked));
      const found = instrumentOf(looks);
      if (!found.ok || found.steps.every(({ kept }) => kept) || looks.length === mostLooks) return found;
    }
  } catch (thrown) {
    return { ok: false, reason: messageOf(thrown) };
  }
}
