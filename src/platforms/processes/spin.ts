// Entry of a process that keeps one core from going idle, at a priority below everything else. Ends when its parent
// lets go.

import { writeFileSync } from "node:fs";

const sliceMs = 2;

/** The weight of our session among all others; there is no such file where the kernel groups nothing. */
function yieldToOtherSessions(): void {
  try {
    writeFileSync("/proc/self/autogroup", "19");
  } catch {
    // Our own priority is all there is to lower.
  }
}

// Listening keeps the channel read, so that `connected` is true only while the parent is there.
process.once("disconnect", () => undefined);

/** Busy for a slice, then one turn of the event loop, so that the parent's end is noticed. */
function spin(): void {
  const until = performance.now() + sliceMs;
  while (performance.now() < until);
  if (process.connected) setImmediate(spin);
}

yieldToOtherSessions();
spin();
