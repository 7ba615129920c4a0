// `Prefer: wait=` seconds (RFC 7240): whoever asks so hears of something new as it comes, instead of asking again.

/** Nobody waits longer, s: who asks has a time limit of its own. */
const LONGEST_S = 2;

/** Ms to wait; 0 where nobody asked for it. */
export function waitMsIn(prefer = ""): number {
  return 1000 * Math.min(LONGEST_S, Number(/\bwait=(\d+)/.exec(prefer)?.[1] ?? 0));
}
