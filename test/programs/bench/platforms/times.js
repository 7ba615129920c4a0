// What the files of a run say of its times: t0 against the engine's own event, and what of a trial nobody asked for.
// Pure.

/** Phases that the intent asks for: load before the fault, the wait for it, what follows from it. */
const asked = new Set(["warmup", "baseline", "inject", "observe"]);

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

/**
 * The share of a trial, 0 to 1, that is neither asked for by the intent nor spent with the engine at work for us: its
 * requests may overlap, and count once.
 */
export function overheadOf({ timeline, requests }) {
  const epochNs = timeline.find(({ epochNs: found }) => found !== undefined)?.epochNs;
  const phases = timeline.filter(({ kind }) => kind === "phase");
  const last = phases.at(-1);
  const first = phases[0];
  if (epochNs === undefined || first === undefined || last === undefined) return undefined;
  const wholeMs = last.at - first.at;
  const busy = joined(requests.map(({ from, to }) => [since(epochNs, from), since(epochNs, to)]));
  const ownMs = phases.slice(0, -1).reduce((sum, { phase, at }, index) => {
    const until = phases[index + 1].at;
    return asked.has(phase) ? sum : sum + (until - at) - within(busy, at, until);
  }, 0);
  return wholeMs <= 0 ? undefined : ownMs / wholeMs;
}

function since(epochNs, ns) {
  return Number(BigInt(ns) - BigInt(epochNs)) / 1e6;
}

/** Stretches that overlap become one. */
function joined(stretches) {
  const out = [];
  for (const [from, to] of stretches.toSorted((a, b) => a[0] - b[0])) {
    const before = out.at(-1);
    if (before !== undefined && from <= before[1]) before[1] = Math.max(before[1], to);
    else out.push([from, to]);
  }
  return out;
}

function within(stretches, from, to) {
  return stretches.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
}
