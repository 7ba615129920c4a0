// What the files of a run say of t0 against the engine's own event. Pure.

/** Instants of a timeline are ms since its epoch; of the wall clock, ms. `wallAheadMs`: wall minus monotonic clock. */
function wallOf(epochNs, at, wallAheadMs) {
  return Number(BigInt(epochNs)) / 1e6 + at + wallAheadMs;
}

/**
 * How far t0, as the run measured it, is from the engine's word that the container ended, whether that lies in the
 * mark's interval, and how wide that is: all ms. `provedMs`: how far our own proof was. Undefined where the trial
 * confirmed no fault, or the engine said nothing of it.
 */
export function t0Error({ timeline, t0, died, wallAheadMs }) {
  const epochNs = timeline.find(({ epochNs: found }) => found !== undefined)?.epochNs;
  const confirmed = timeline.find(({ kind, step }) => kind === "fault" && step === "confirmed");
  if (epochNs === undefined || confirmed === undefined || t0 === undefined) return undefined;
  const wall = (at) => wallOf(epochNs, at, wallAheadMs);
  const [acted, proved] = [confirmed.harmFrom ?? confirmed.at, confirmed.at].map(wall);
  const event = died.find((wallMs) => wallMs >= acted - 50 && wallMs <= proved + 1000);
  if (event === undefined) return undefined;
  const [lo, at, hi] = [t0.lo, t0.at, t0.hi].map(wall);
  return {
    errorMs: Math.abs(at - event),
    // The event itself is read to parts of a millisecond, by a clock that was compared once.
    isInside: event >= lo - 1 && event <= hi + 1,
    widthMs: hi - lo,
    provedMs: proved - event,
  };
}
