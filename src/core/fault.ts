// The four-step contract every fault keeps, and what it may ask of a platform.

import type { Evidence } from "../records/timeline/fault.ts";
import type { FileDamage } from "./file-damage.ts";
import type { Capability, Site } from "./platform.ts";
import type { Json } from "./units.ts";

export type { Evidence } from "../records/timeline/fault.ts";

/**
 * One kind of fault. `prepare` only reads, chooses what will be harmed and returns the way back; the runner writes that
 * to disk before `apply` starts. `apply` gets it back and harms exactly what it names: whoever reads the undo log knows
 * what was touched. `revert` may run twice, or in a later process, and must be harmless when there is nothing left to
 * undo.
 */
export interface Fault<Params = unknown, Undo extends Json = Json> {
  readonly kind: string;
  readonly summary: string;
  /** What taking it back does, in a few words without a full stop; printed before anything is touched. */
  readonly wayBack: string;
  readonly needs: readonly Capability[];
  parse(input: unknown): Params;
  prepare(params: Params, site: Site): Promise<Undo>;
  /**
   * Throws when what the undo names is no longer as `prepare` found it: then the way back would not lead back. Calls
   * `site.harmBegins` right before it does harm; proving the effect is no part of the harm.
   */
  apply(params: Params, undo: Undo, site: Site, signal: AbortSignal): Promise<Evidence>;
  revert(undo: Undo, site: Site, signal: AbortSignal): Promise<Evidence>;
  /**
   * What `apply` writes into published files: only that can be left of it there. Faults that write into files have it.
   */
  wrote?(undo: Undo, site: Site): Promise<readonly FileDamage[]>;
}
