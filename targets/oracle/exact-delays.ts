// Lets things happen at an instant, to a fraction of a ms: a timer to shortly before, then turns of the event loop.

/** How long before an instant timers are no longer trusted, ms. */
const spinMs = 2;

interface Due {
  readonly at: number;
  readonly call: () => void;
}

/** Calls back at instants of `now` (ms), never before, in their order. */
export function makeExactDelays(now: () => number): (at: number, call: () => void) => void {
  const pending: Due[] = [];
  let rest: () => void = () => undefined;

  function approach(): void {
    for (let [first] = pending; first !== undefined && first.at <= now(); [first] = pending) {
      pending.shift();
      first.call();
    }
    const [first] = pending;
    if (first === undefined) return;
    const left = first.at - now() - spinMs;
    if (left >= 1) {
      const timer = setTimeout(approach, Math.floor(left));
      rest = () => clearTimeout(timer);
    } else {
      const turn = setImmediate(approach);
      rest = () => clearImmediate(turn);
    }
  }

  return (at, call) => {
    const index = pending.findIndex((due) => due.at > at);
    pending.splice(index === -1 ? pending.length : index, 0, { at, call });
    rest();
    approach();
  };
}
