// How long the loop waited for people: approvals that were asked for, and what came of them.

import type { Mark, Span } from "./verdict.ts";

/** One approval that was asked for; `waiting`: nobody had answered by the end of observing. */
export interface ApprovalWait {
  readonly incident: string;
  readonly pathway?: string;
  readonly outcome: "granted" | "denied" | "expired" | "waiting";
  readonly asked: Mark;
  /** Absent while it is waited for. */
  readonly answered?: Mark;
  /** Asked → answered (MTTA when granted); while it is waited for, up to the end of observing. */
  readonly wait: Span;
}

/** Approvals of one trial, by the claims alone. */
export interface ApprovalFacts {
  readonly waits: readonly ApprovalWait[];
  /** Time in which at least one approval was waited for. */
  readonly total: Span;
  /** The part of it that lies in [t2, t6], and so in “resolve once detected”; absent without both marks. */
  readonly inResolve?: Span;
}
