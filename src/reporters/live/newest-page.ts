// The page of the trials that have ended, made anew when somebody looks and another one has ended. It is made by the
// thread that measures, so it is made seldom, and in pieces with pauses between them.

import { setImmediate } from "node:timers/promises";
import type { RunDigest } from "../../core/digest.ts";
import type { Steps } from "../../core/steps.ts";
import type { Ms } from "../../core/units.ts";
import { livePieces, livePolicy } from "../../report/live-page.ts";
import type { LivePage } from "../../report/live-state.ts";

/** The thread is kept from its other work for about so long at once, as far as pieces allow. */
const pieceMs: Ms = 5;
/** Between two pages lies at least so many times what the last one took: a twentieth of the thread at most. */
const restFactor = 20;

/** The page, the run that it is of, and the policy that it is sent with. */
export interface MadePage extends LivePage {
  readonly run: RunDigest;
  readonly policy: string;
}

export interface NewestPage {
  /** The newest one, or that of before as long as a newer one would come too soon. */
  get(): Promise<MadePage>;
  /** Until when no newer one is made, on the clock that it was given, ms. */
  restsUntil(): Ms;
}

/** What it is made from. */
interface Source {
  /** Trials that have ended. */
  readonly version: () => number;
  readonly soFar: () => Steps<RunDigest>;
  readonly clock: () => Ms;
}

/** Nothing is made before it is asked for. */
export function newestPage({ version, soFar, clock }: Source): NewestPage {
  let made: MadePage | undefined;
  let making: Promise<MadePage> | undefined;
  let restsUntil = -Infinity;

  async function make(): Promise<MadePage> {
    const policy = await livePolicy();
    const number = version();
    const began = clock();
    let since = began;
    const pause = async (): Promise<void> => {
      if (clock() - since < pieceMs) return;
      await setImmediate();
      since = clock();
    };
    const steps = soFar();
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) await pause();
    const run = step.value;
    const pieces: string[] = [];
    for (const piece of livePieces(run, { policy, version: number })) {
      pieces.push(piece);
      await pause();
    }
    // The first without trials and the first with them take long once, and are followed by a whole trial each.
    if (number > 1) restsUntil = clock() + restFactor * (clock() - began);
    return { version: number, html: pieces.join(""), run, policy };
  }

  return {
    restsUntil: () => restsUntil,
    async get() {
      if (made !== undefined && (made.version === version() || clock() < restsUntil)) return made;
      making ??= make().finally(() => (making = undefined));
      made = await making;
      return made;
    },
  };
}
