// The time that a look may take. A healer that gets no turn on a starved machine finds its limits over before it has
// read what was answered in time: then the time was its own, and it listens for as long as it came late before it says
// that nobody answered.
import { performance } from "node:perf_hooks";

/** A timer that is due comes within this, ms, while the machine is not starved. */
const PUNCTUAL_MS = 50;

/** Calls `over` when the time is up, after so much more as the timer came late, at most once as long again. */
export function startLimit(ms: number, over: () => void): { clear(): void } {
  const dueAt = performance.now() + ms;
  let timer = setTimeout(() => {
    const lateMs = performance.now() - dueAt;
    if (lateMs <= PUNCTUAL_MS) over();
    else timer = setTimeout(over, Math.min(lateMs, ms));
  }, ms);
  return { clear: () => clearTimeout(timer) };
}
