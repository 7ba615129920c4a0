// How much each user may ask: so many requests a second, and twice as many at once.

/** Who has asked nothing for a while may ask for as long ahead at once, ms. */
const BURST_MS = 2000;

export interface Limits {
  /** 0: it may ask, and has; else when it may, ms. */
  take(user: string, perSecond: number): number;
}

/** `now`: ms, any zero. */
export function createLimits(now: () => number): Limits {
  /** When each user's requests so far would be over at the user's rate, ms. */
  const dueAt = new Map<string, number>();
  return {
    take(user, perSecond) {
      const [at, everyMs] = [now(), 1000 / perSecond];
      const from = Math.max(dueAt.get(user) ?? at, at);
      // Nothing is added to an instant and taken from it again: what is rounded away would refuse a first request.
      const waitMs = from - at - Math.max(0, BURST_MS - everyMs);
      if (waitMs > 0) return Math.ceil(waitMs);
      dueAt.set(user, from + everyMs);
      return 0;
    },
  };
}
