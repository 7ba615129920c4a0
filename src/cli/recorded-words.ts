// What must be said of a run folder of which something is missing, on stderr: stdout is for what was asked.

import type { SkippedTrial } from "../store/run-folder.ts";
import type { Recorded } from "../run/recorded.ts";

export function sayNotes({ notes }: Pick<Recorded, "notes">): void {
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
}

/** Names every trial that could not be judged, and why. */
export function saySkipped(skipped: readonly SkippedTrial[]): void {
  for (const { folder, reason } of skipped) process.stderr.write(`skipped: ${folder}: ${reason}\n`);
}
