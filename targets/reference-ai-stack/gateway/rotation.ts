// Who of a service's replicas is asked at the moment. A replica that fails several times in a row is left out until a
// probe reaches it again; one that asked not to be asked for a while (`Retry-After`) is left alone for that long. Both
// are reflexes that spare users the next failures. They repair nothing: see the decision on the gateway's ejection.

/** Failures in a row after which a replica is left out. */
const EJECT_AFTER = 5;
/** One that is left out is probed this often, ms. */
const PROBE_EVERY_MS = 1000;
/** No `Retry-After` is heeded for longer, ms: after it one request finds out. */
const MOST_HELD_MS = 120_000;

/** How one exchange ended. throttled: the replica was full, which says nothing against it. */
type Ending = "whole" | "failed" | "throttled";

export interface RotationView {
  readonly ejected: boolean;
  /** How often it was left out since the gateway's start. */
  readonly ejections: number;
  /** It is left alone for so long yet, ms. */
  readonly heldMs: number;
}

/** One replica's place in the rotation. */
export interface Place {
  ended(how: Ending): void;
  /** Leaves it alone for so long, ms, as it asked for. */
  hold(ms: number): void;
  view(): RotationView;
  /** It is reached by another way from now on: what failed on the way before says nothing. */
  anew(): void;
  close(): void;
}

/** `probe` resolves to whether the replica can be reached; `now` in ms, never going back. */
export function createPlace(probe: () => Promise<boolean>, now: () => number): Place {
  let inRow = 0;
  let ejections = 0;
  let ejected = false;
  let heldUntil = 0;
  let timer: NodeJS.Timeout | undefined;

  function comeBack(): void {
    ejected = false;
    inRow = 0;
  }

  function probeLater(): void {
    timer = setTimeout(() => {
      void probe().then((isThere) => {
        if (!ejected) return;
        if (isThere) comeBack();
        else probeLater();
      });
    }, PROBE_EVERY_MS);
    timer.unref();
  }

  return {
    ended(how) {
      if (how === "whole") inRow = 0;
      if (how !== "failed") return;
      inRow += 1;
      if (ejected || inRow < EJECT_AFTER) return;
      ejected = true;
      ejections += 1;
      probeLater();
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, now() + Math.min(ms, MOST_HELD_MS));
    },
    view: () => ({ ejected, ejections, heldMs: Math.max(0, Math.round(heldUntil - now())) }),
    anew() {
      clearTimeout(timer);
      comeBack();
    },
    close() {
      ejected = false;
      clearTimeout(timer);
    },
  };
}
