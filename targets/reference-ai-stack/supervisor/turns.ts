// Work on the same thing is done one after the other. Who would have to wait too long for the others is sent away, and
// nothing of it is done.
import { setTimeout as pause } from "node:timers/promises";

/** Who was sent away because others were busy may ask again after this, ms. */
const AGAIN_MS = 1000;

/** Thrown before anything was done. */
export class Busy extends Error {
  readonly againMs = AGAIN_MS;

  constructor(what: string) {
    super(`${what} is busy with another operation; nothing was done`);
    this.name = "Busy";
  }
}

export interface Turns {
  /** Runs work on one thing after all earlier work on it is over, however that ended. */
  inTurn<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** The same; what has not begun within that time, ms, is not begun at all: it rejects with {@link Busy}. */
  within<T>(ms: number, what: string, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  const inTurn = <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(what) ?? Promise.resolve()).then(work);
    last.set(
      what,
      mine.catch(() => undefined),
    );
    return mine;
  };
  return {
    inTurn,
    within(ms, what, work) {
      let isLate = false;
      const waiting = new AbortController();
      const mine = inTurn(what, () => {
        if (isLate) throw new Busy(what);
        waiting.abort();
        return work();
      });
      const tooLate = pause(ms, undefined, { signal: waiting.signal }).then(
        () => {
          isLate = true;
          throw new Busy(what);
        },
        () => mine,
      );
      return Promise.race([mine, tooLate]);
    },
  };
}
