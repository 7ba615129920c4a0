// A probe looks; a reading is what it saw. Not seen is not bad: a reading says so itself.

import type { Ms } from "./units.ts";

/**
 * What one look gave: a number, with a note on what kept it from being a better one, or the reason why nothing was
 * seen.
 */
export type Reading =
  | { readonly ok: true; readonly value: number; readonly note?: string }
  | { readonly ok: false; readonly reason: string };

/** A state probe: looks at the target once, directly (never through the target's own metrics or our fault proxies). */
export interface Probe {
  /** Dotted name as used in expressions, e.g. `replicas.vector`. */
  readonly name: string;
  readonly everyMs: Ms;
  look(signal: AbortSignal): Promise<Reading>;
}
