// A producer that brings several batches which belong together holds its source meanwhile, by a file that it renews:
// nothing is taken from there until it lets go. One that dies while it holds leaves the file behind, and nothing fails.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { entriesIn, statIfThere } from "./folders.ts";
import { Refused } from "./refused.ts";

const HOLD = ".hold";
/** A hold that was not renewed for this long has nobody behind it, ms: producers renew it once a second. */
const STALE_AFTER_MS = 3000;

/** A source that is held while batches lie there. */
export interface Held {
  readonly source: string;
  readonly batches: number;
  /** How long the oldest of them has lain there, ms. */
  readonly waitedMs: number;
  /** Nobody has renewed the hold for {@link STALE_AFTER_MS}. */
  readonly isStale: boolean;
}

/** When the source's hold was last renewed, ms since 1970; undefined: nobody holds it. */
export function heldSince(sourcesDir: string, source: string): number | undefined {
  return statIfThere(join(sourcesDir, source, HOLD))?.mtimeMs;
}

/** Those of the sources from which a hold keeps something. `isBatch`: of the names of files. */
export function heldAmong(
  sources: readonly string[],
  { sourcesDir, isBatch, at }: { sourcesDir: string; isBatch: (name: string) => boolean; at: number },
): readonly Held[] {
  return sources.flatMap((source) => {
    const since = heldSince(sourcesDir, source);
    if (since === undefined) return [];
    const times = entriesIn(join(sourcesDir, source))
      .filter(({ name }) => isBatch(name))
      .flatMap(({ name }) => statIfThere(join(sourcesDir, source, name))?.mtimeMs ?? []);
    if (times.length === 0) return [];
    const waitedMs = Math.max(0, Math.round(at - Math.min(...times)));
    return [{ source, batches: times.length, waitedMs, isStale: at - since >= STALE_AFTER_MS }];
  });
}

/** Lets go of a source in place of a producer that does not any more. Throws {@link Refused} while one holds it. */
export function release(sourcesDir: string, source: string, at: number): void {
  const since = heldSince(sourcesDir, source);
  if (since === undefined) throw new Refused(`nobody holds ${source}`);
  if (at - since < STALE_AFTER_MS)
    throw new Refused(`${source} is held by who has renewed it ${Math.round(at - since)} ms ago`);
  rmSync(join(sourcesDir, source, HOLD), { force: true });
}
