// What a fault is to everybody but its author: the steps that the conductor takes, and what lists and linters show.
// Authors write less, by `fault()` in src/faults/fault.ts.

import type { Evidence } from "../records/timeline/fault.ts";
import type { FileDamage } from "./file-damage.ts";
import type { ControlName, Site } from "./controls.ts";
import type { Dose } from "./dose.ts";
import type { Target } from "./target.ts";
import type { Json } from "./units.ts";

/** What a fault acts on; `load` and `nowhere` are planned without a site. */
export type ActsOn = "edge" | "replica" | "load" | "nowhere";

/**
 * One kind of fault. `prepare` only reads, chooses what will be harmed and returns the way back; the conductor writes
 * that to disk before `apply` starts. `apply` gets it back and harms exactly what it names: the undo log shows what was
 * touched. `revert` may run twice, or in a later process, and must be harmless when there is nothing left to undo.
 */
export interface Fault<Params = unknown, Undo extends Json = Json> {
  /** As intents write it, such as `network.latency`. */
  readonly name: string;
  /** One sentence; printed by `rebound list faults`. */
  readonly about: string;
  readonly acts: ActsOn;
  /** What taking it back does, in a few words without a full stop; printed before anything is touched. */
  readonly wayBack: string;
  /** Controls that it cannot do without, and those that it takes where they are offered. */
  readonly needs: readonly ControlName[];
  readonly wants: readonly ControlName[];
  /** JSON Schema (draft 2020-12) of its parameters as intents write them, with a description for each. */
  readonly paramsSchema: Readonly<Record<string, unknown>>;
  /** Parameters that it takes. */
  readonly example: Readonly<Record<string, unknown>>;
  /** Which of them says how hard it hits; absent: none does, so that it cannot be swept. */
  readonly dose?: Dose;
  /** It goes through all the steps and changes nothing: what the arm placebo is made of. */
  readonly harmless?: true;
  /** Whether it harms is up to its parameters: in a look-alike the author says that these do not. */
  readonly mayBeBenign?: true;
  /**
   * Work that people plan, by the target's own operator control, and that harms nobody: it belongs in a look-alike, and
   * what the inventory shows of its replica while it is applied is no remedy.
   */
  readonly byOperator?: true;
  /**
   * All replicas of the service take part in it, and what it harms is a share of the requests: its parameter `share`.
   * So it is put on all of them, and that share is held to the limit on replicas.
   */
  readonly sharesRequests?: true;
  /**
   * It changes the replica's service as a whole, and which of its replicas it reaches first is up to the platform: a
   * repair at any of them is one at the site.
   */
  readonly changesService?: true;
  /**
   * Asked before anything is touched, with parameters as intents write them: whether the rows of published files must
   * lie in one piece; undefined: they need not.
   */
  needsOnePiece?(input: unknown): NeedsOnePiece | undefined;
  /**
   * Asked before anything is touched, with parameters as intents write them: what target.yaml does not have, or rules
   * out, beyond the controls that the fault needs; undefined: nothing.
   */
  lacks?(input: unknown, target: DescribedTarget): Lack | undefined;
  parse(input: unknown): Params;
  prepare(params: Params, site: Site): Promise<Undo>;
  /**
   * Does the harm, then observes. Throws when what the undo names is no longer as `prepare` found it: then the way back
   * would not lead back. `site.harmBegins` is called right before the harm; observing is no part of it.
   */
  apply(params: Params, undo: Undo, site: Site, signal: AbortSignal): Promise<Evidence>;
  /** The harm alone; what it saw before is what `observe` compares with. */
  harm(params: Params, undo: Undo, site: Site, signal: AbortSignal): Promise<unknown>;
  /** Looks whether the effect is there now, by another path than `harm` took. May be asked at any time after `harm`. */
  observe(harmed: Harmed<Params, Undo>, site: Site, signal: AbortSignal): Promise<Evidence>;
  /**
   * Keeps the effect up from when it was confirmed until the signal, just before it is taken back; for effects that
   * would wear off. Resolves to what was kept up, in words with figures, where there is something to say. Rejects when
   * it can no longer be kept up: the trial then ends.
   */
  hold?(params: Params, undo: Undo, site: Site, signal: AbortSignal): Promise<string | undefined>;
  revert(undo: Undo, site: Site, signal: AbortSignal): Promise<Evidence>;
  /**
   * What `apply` writes into published files: only that can be left of it there. Faults that write into files have it.
   */
  wrote?(undo: Undo, site: Site): Promise<readonly FileDamage[]>;
}

/** What target.yaml says that faults may ask for. */
export type DescribedTarget = Pick<Target, "name" | "control" | "deliveries">;

/** As a problem has it; `param`: the parameter at which it is shown. */
export interface Lack {
  readonly found: string;
  readonly expected: string;
  readonly param?: string;
}

/** `what` cannot be done to rows that lie in pieces, `why`, and what to take `instead`, all in words. */
export interface NeedsOnePiece {
  readonly what: string;
  readonly why: string;
  readonly instead: string;
  /** Formats of files in pieces to which it can be done all the same. */
  readonly knows?: readonly string[];
  /** By format: why it cannot be done to that one, where that is known better. */
  readonly whyNot?: Readonly<Record<string, string>>;
}

/** A harm that was done: with what, what takes it back, and what was seen before it. */
export interface Harmed<Params, Undo, Before = unknown> {
  readonly params: Params;
  readonly undo: Undo;
  readonly before: Before;
}
