// What the gateway saw of one upstream: totals since start and the last ten seconds sample by sample. Whoever watches
// for trouble reads this and not a percentile, because percentiles of different windows cannot be put together again.

/** One exchange with an upstream. */
interface Sample {
  /** Rises by one with every sample of this upstream; lets a reader go on where it stopped. */
  readonly seq: number;
  /** When it was over, ms since 1970. */
  readonly at: number;
  /** From sending to the first byte of the answer (or to the failure), ms. */
  readonly ms: number;
  readonly ok: boolean;
}

export interface SampleReport {
  readonly requests: number;
  readonly errors: number;
  readonly lastSecond: { readonly requests: number; readonly errors: number };
  readonly inFlight: number;
  /** Age of the oldest request still without a first byte, ms; 0 when none is open. A hang shows here first. */
  readonly oldestInFlightMs: number;
  /** Ages of all requests without a first byte, ms. */
  readonly waitingMs: readonly number[];
  readonly latency: { readonly count: number; readonly sumMs: number; readonly recent: readonly Sample[] };
}

/** Which samples a reader asks for: those with a `seq` above `since`, and those of the last `backMs`. */
export interface Wanted {
  readonly since?: number;
  readonly backMs?: number;
}

/** Collects the samples of one upstream. */
export interface SampleLog {
  /**
   * Notes that a request was sent; the returned function notes how it ended. `undefined`: given up by the client, no
   * sample.
   */
  begin(now: number): (now: number, ok: boolean | undefined) => void;
  /** An answer that had begun was cut: an error without a latency of its own. */
  broken(): void;
  /** Samples of the last 10 s, or of those only what the reader asks for. */
  report(now: number, wanted: Wanted): SampleReport;
}

const KEPT_MS = 10_000;
const SECOND_MS = 1000;

/** Times are ms since 1970, handed in. */
export function createSampleLog(): SampleLog {
  let recent: Sample[] = [];
  let seq = 0;
  let errors = 0;
  let sumMs = 0;
  const open = new Map<number, number>();
  let opened = 0;

  function begin(from: number): (now: number, ok: boolean | undefined) => void {
    opened += 1;
    const key = opened;
    open.set(key, from);
    return (now, ok) => {
      open.delete(key);
      if (ok === undefined) return;
      seq += 1;
      if (!ok) errors += 1;
      sumMs += now - from;
      recent.push({ seq, at: now, ms: Math.round((now - from) * 100) / 100, ok });
      if (recent.length > 64 && (recent[0]?.at ?? now) < now - 2 * KEPT_MS) recent = kept(now);
    };
  }

  function kept(now: number): Sample[] {
    return recent.filter((sample) => sample.at >= now - KEPT_MS);
  }

  function report(now: number, { since = 0, backMs = KEPT_MS }: Wanted): SampleReport {
    recent = kept(now);
    const second = recent.filter((sample) => sample.at >= now - SECOND_MS);
    const oldest = Math.min(now, ...open.values());
    return {
      requests: seq,
      errors,
      lastSecond: { requests: second.length, errors: second.filter((sample) => !sample.ok).length },
      inFlight: open.size,
      oldestInFlightMs: Math.round(now - oldest),
      waitingMs: [...open.values()].map((from) => Math.round(now - from)),
      latency: {
        count: seq,
        sumMs: Math.round(sumMs),
        recent: recent.filter((sample) => sample.seq > since && sample.at >= now - backMs),
      },
    };
  }

  return {
    begin,
    broken() {
      errors += 1;
    },
    report,
  };
}
