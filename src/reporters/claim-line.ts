// What the healer claims, in one line: the same on the terminal and on the live page.

import type { RunEvent } from "../records/run-events.ts";

/** With the time since the fault was confirmed, where it was. */
export function claimLine({ since, type, scope, says }: Extract<RunEvent, { kind: "claim" }>): string {
  const when = since === undefined ? "" : ` +${(since / 1000).toFixed(1)} s`;
  return `healer${when}: ${type} ${scope}${says ? ` (${says})` : ""}`;
}
