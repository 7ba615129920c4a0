// What must be said of a run folder of which something is missing.

import type { SkippedTrial } from "../store/run-folder.ts";
import type { Recorded } from "./recorded.ts";

export function noteLines({ notes }: Pick<Recorded, "notes">): readonly string[] {
  return notes.map((note) => `note: ${note}`);
}

/** Names every trial that could not be judged, and why. */
export function skippedLines(skipped: readonly SkippedTrial[]): readonly string[] {
  return skipped.map(({ folder, reason }) => `skipped: ${folder}: ${reason}`);
}
