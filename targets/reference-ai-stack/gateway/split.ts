// Which version of the model answers a request: the canary gets its share, evenly spread and in no step with anything
// else that takes turns, and all others get the stable one.
import type { Split } from "../common/model-card.ts";

export interface Splitter {
  /**
   * The version for a request that names this model, or none. Undefined: there are no versions, and the name goes
   * on as it is. `unknown`: a version by that name is not served.
   */
  pick(asked: string | undefined): { readonly version: string } | "unknown" | undefined;
  set(split: Split): void;
}

/** (√5 − 1) / 2: its multiples modulo 1 fill every interval evenly, and every other of them does too (Weyl). */
const GOLDEN = 0.618_033_988_749_894_9;

/**
 * The registry's names are held to what is served, and so is any other name in the line of one of them: `a-9` beside
 * `a-1` means a version. Any other name stands for the stack's one public model: clients' libraries want one, and each
 * has its own.
 */
export function createSplitter(first: Split | undefined): Splitter {
  let split = first;
  let turn = 0;
  return {
    pick(asked) {
      if (split === undefined) return undefined;
      const { stable, canary, others, known } = split;
      if (asked !== undefined && isVersion(asked, known)) {
        return [stable, canary?.version, ...others].includes(asked) ? { version: asked } : "unknown";
      }
      if (canary === null) return { version: stable };
      turn += 1;
      return { version: (turn * GOLDEN) % 1 < canary.share ? canary.version : stable };
    },
    set: (next) => void (split = next),
  };
}

function isVersion(name: string, known: readonly string[]): boolean {
  const line = lineOf(name);
  return known.some((one) => one === name || (line !== undefined && lineOf(one) === line));
}

/** `extractive` of `extractive-1`, whatever its case; undefined: the name has no number or word of a version. */
function lineOf(name: string): string | undefined {
  return /^(.+)[-.][^-.]*$/.exec(name.trim().toLowerCase())?.[1];
}
