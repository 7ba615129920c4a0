// How far an action reaches: one replica, one service, or the whole stack. The wider holds the narrower.
import type { Scope, ScopeKind, Target } from "../nouns.ts";

/** The target of a pathway of this reach for an incident there. An unnamed replica stays unnamed: guards refuse it. */
export function targetFor(kind: ScopeKind, { service, replica = "" }: Scope): Target {
  if (kind === "replica") return { scope: "replica", service, replica };
  return kind === "service" ? { scope: "service", service } : { scope: "stack" };
}

/** The target in one word: the replica, the service, or "stack". */
export function targetKey(target: Target): string {
  if (target.scope === "replica") return target.replica;
  return target.scope === "service" ? target.service : "stack";
}

/** Would actions on both touch the same replica? */
export function overlap(a: Target, b: Target): boolean {
  if (a.scope === "stack" || b.scope === "stack") return true;
  if (a.service !== b.service) return false;
  return a.scope === "service" || b.scope === "service" || a.replica === b.replica;
}
