// What the faults have in common that leave half of a file in the place of a whole one, while the replica goes on
// answering from what it has read: that it does is part of the proof.

import { messageOf } from "../../core/errors.ts";
import type { Share } from "../../core/units.ts";
import type { WholeSite } from "./index-damage.ts";
import type { LookBefore } from "./search-witness.ts";

const mostLooks = 3;

/**
 * The share of the same rows that is found now. Asks again where no answer came: a machine may be busy. What reads the
 * file at the path never has one.
 */
export async function foundStill(
  { controls: { vectors } }: Pick<WholeSite, "controls">,
  { sample }: LookBefore,
  signal: AbortSignal,
): Promise<{ readonly share?: Share; readonly says: string }> {
  let says = "not asked";
  for (let look = 0; look < mostLooks; look += 1) {
    try {
      const share = await vectors.selfRetrieval(sample, signal);
      return { share, says: share.toFixed(3) };
    } catch (thrown) {
      signal.throwIfAborted();
      says = messageOf(thrown);
    }
  }
  return { says };
}

/** As a copy leaves a file that broke off half-way. */
export function firstHalf(file: Uint8Array): Uint8Array {
  return file.subarray(0, Math.ceil(file.length / 2));
}
