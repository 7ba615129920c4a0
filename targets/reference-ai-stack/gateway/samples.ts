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
  /** The replica was full: not answered, and no failure either. */
  readonly throttled?: true;
}

/**
 * How an exchange ended, known at its very end: whole · failed: no good answer at all · broken: an answer that had
 * begun and was cut, or cannot be used · throttled: the replica was full.
 */
type Outcome = "whole" | "failed" | "broken" | "throttled";

interface EndedExchange {
  /** Rises by one with every outcome of this upstream. */
  readonly seq: number;
  /** Ms since 1970. */
  readonly at: number;
  readonly how: Outcome;
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
  readonly outcomes: Readonly<Record<Outcome, number>> & { readonly recent: readonly EndedExchange[] };
  readonly latency: { readonly count: number; readonly sumMs: number; readonly recent: readonly Sample[] };
}

/** Which samples a reader asks for: those with a `seq` above `since`, and those of the last `backMs`. */
export interface Wanted {
  readonly since?: number;
  readonly backMs?: number;
}

/** What became of a request until its first byte. none: no sample, the replica had no part in it. */
type FirstByte = "ok" | "failed" | "throttled" | "none";

/** Collects the samples of one upstream. */
export interface SampleLog {
  /** Notes that a request was sent; the returned function notes what came of it. */
  begin(now: number): (now: number, how: FirstByte) => void;
  /** Notes how an exchange ended; an answer that broke after its first byte is an error without a latency. */
  ended(now: number, how: Outcome): void;
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
  let endings: EndedExchange[] = [];
  let endSeq = 0;
  const counts: Record<Outcome, number> = { whole: 0, failed: 0, broken: 0, throttled: 0 };
  const open = new Map<number, number>();
  let opened = 0;

  function begin(from: number): (now: number, how: FirstByte) => void {
    opened += 1;
    const key = opened;
    open.set(key, from);
    return (now, how) => {
      open.delete(key);
      if (how === "none") return;
      seq += 1;
      if (how === "failed") errors += 1;
      sumMs += now - from;
      const ms = Math.round((now - from) * 100) / 100;
      recent.push({ seq, at: now, ms, ok: how === "ok", ...(how === "throttled" && { throttled: true }) });
      recent = trimmed(recent, now);
    };
  }

  function ended(now: number, how: Outcome): void {
    counts[how] += 1;
    if (how === "broken") errors += 1;
    endSeq += 1;
    endings.push({ seq: endSeq, at: now, how });
    endings = trimmed(endings, now);
  }

  function report(now: number, { since = 0, backMs = KEPT_MS }: Wanted): SampleReport {
    recent = within(recent, now);
    endings = within(endings, now);
    const second = recent.filter((sample) => sample.at >= now - SECOND_MS);
    const oldest = Math.min(now, ...open.values());
    return {
      requests: seq,
      errors,
      lastSecond: { requests: second.length, errors: second.filter(isError).length },
      inFlight: open.size,
      oldestInFlightMs: Math.round(now - oldest),
      waitingMs: [...open.values()].map((from) => Math.round(now - from)),
      outcomes: { ...counts, recent: endings.filter((one) => one.at >= now - backMs) },
      latency: {
        count: seq,
        sumMs: Math.round(sumMs),
        recent: recent.filter((sample) => sample.seq > since && sample.at >= now - backMs),
      },
    };
  }

  return { begin, ended, report };
}

function isError({ ok, throttled }: Sample): boolean {
  return !ok && throttled === undefined;
}

function within<T extends { readonly at: number }>(all: T[], now: number): T[] {
  return all.filter((one) => one.at >= now - KEPT_MS);
}

/** Lets go of what is too old, now and then. */
function trimmed<T extends { readonly at: number }>(all: T[], now: number): T[] {
  return all.length > 64 && (all[0]?.at ?? now) < now - 2 * KEPT_MS ? within(all, now) : all;
}
