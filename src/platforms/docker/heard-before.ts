// What was heard of an engine's events: each counts once, and a stream goes on where the one before it broke. Nothing
// is lost by a break where the newest event from before it comes again: the engine still has all that came after.

import type { EngineEvent } from "./engine-event.ts";

const [nsPerMs, msPerSecond] = [1e6, 1_000];

interface HeardBefore {
  /** From when on a stream is asked for, s of the engine's clock; undefined where nothing was heard. */
  from(): number | undefined;
  isNew(event: EngineEvent): boolean;
  /** The stream broke; `lose` is called once it is certain that something may be missing. */
  broke(lose: () => void): void;
  /** It broke, and is not yet known to have lost nothing. */
  isBroken(): boolean;
  /** By now all that came meanwhile was told, or there is nobody to tell it any more. */
  settled(): void;
}

export function heardBefore(): HeardBefore {
  const known = new Set<string>();
  let newest: { readonly key: string; readonly nano: number } | undefined;
  let cameAgain = false;
  let broken: (() => void) | undefined;
  const lost = (): void => {
    broken?.();
    broken = undefined;
  };
  return {
    // An engine's time is too long for a number: rather a little too early, as what is known is dropped.
    from: () => newest && Math.floor(newest.nano / nsPerMs) / msPerSecond,
    isNew({ Action: action, timeNano: nano, Actor: { ID: id } }) {
      const key = `${id} ${nano} ${action}`;
      if (known.has(key)) {
        cameAgain ||= key === newest?.key;
        return false;
      }
      // What came while nobody listened comes late, and is no news of now.
      lost();
      if (nano === undefined) return true;
      known.add(key);
      if (newest === undefined || nano >= newest.nano) newest = { key, nano };
      return true;
    },
    broke(lose) {
      lost();
      cameAgain = false;
      broken = lose;
      if (newest === undefined) lost();
    },
    isBroken: () => broken !== undefined,
    settled() {
      if (cameAgain) broken = undefined;
      lost();
    },
  };
}
