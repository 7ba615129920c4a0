// Who was turned away at a door, written into the audit: bounded, since a guess costs its sender nothing.
import { randomUUID } from "node:crypto";
import type { AuditFields } from "./audit-chain.ts";

export interface Attempt {
  /** Whose token it was; nobody: none that is known. */
  readonly principal: string;
  /** What was asked for; never a query, a header or a body. */
  readonly where: string;
  readonly why: string;
}

export interface DenialParts {
  /** Whose door it is: says how many attempts were not written down. */
  readonly door: "supervisor" | "healer";
  /** Writes into the stack's audit; never rejects. */
  readonly audit: (fields: AuditFields) => Promise<void>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Attempts that are written down one by one, a minute; of the others only how many there were. */
const WRITTEN_A_MINUTE = 60;
const MINUTE_MS = 60_000;
const LONGEST = 200;

export function boundedDenials({ door, audit, now }: DenialParts): (attempt: Attempt) => void {
  let from = -Infinity;
  let written = 0;
  let unwritten = 0;
  const write = (fields: Omit<AuditFields, "what"> & { readonly principal: string }): void =>
    void audit({ what: "access.denied", event: `denied/${randomUUID()}`, ...fields });
  return ({ principal, where, why }) => {
    if (now() - from > MINUTE_MS) {
      if (unwritten > 0) write({ principal: door, why: `${unwritten} further attempts were not written down` });
      [from, written, unwritten] = [now(), 0, 0];
    }
    written += 1;
    if (written > WRITTEN_A_MINUTE) unwritten += 1;
    else write({ principal, where: where.slice(0, LONGEST), why });
  };
}
