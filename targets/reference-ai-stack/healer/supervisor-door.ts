// What only the supervisor may bring in: it alone knows people, so that with its token comes who answered or did what.
// No other process has that token. Who is turned away is written into the audit.
import type { MiddlewareHandler } from "hono";
import { z } from "zod";
import { requireBearer, type GuardedEnv } from "../common/bearer.ts";
import { boundedDenials } from "./governance/denials.ts";
import type { Audit } from "./governance/audit-file.ts";
import type { Clock } from "./nouns.ts";

export interface SupervisorDoorParts {
  /** The token that the supervisor shares with the healer and with nobody else. */
  readonly token: string | undefined;
  readonly audit: Pick<Audit, "record">;
  readonly clock: Pick<Clock, "now">;
}

export function openSupervisorDoor({ token, audit, clock }: SupervisorDoorParts): MiddlewareHandler<GuardedEnv> {
  const turnedAway = boundedDenials({
    door: "healer",
    // An audit that cannot be written is the healer's trouble already, and says so.
    audit: (fields) => audit.record(fields).catch(() => undefined),
    now: clock.now,
  });
  const guard = requireBearer({ supervisor: token });
  return async (c, next) => {
    const refused = await guard(c, next);
    if (refused !== undefined)
      turnedAway({
        principal: "nobody",
        where: `${c.req.method} ${c.req.path}`,
        why: "a valid bearer token is needed",
      });
    return refused;
  };
}

/** What the supervisor does itself: its case with the healer, and notifications. */
const OWN = [
  "detected",
  "classified",
  "decided",
  "action.started",
  "action.finished",
  "verified",
  "closed",
  "escalated",
  "notification.sent",
  "notification.failed",
] as const;

const word = z.string().min(1).max(200);
const never = z.never().optional();
/** Number, time and hashes are the chain's to give; the principal follows from the rest. */
const ofChain = { seq: never, time: never, prev: never, hash: never };

/** Nothing else is the supervisor's to write down, and a person is named only as somebody who was turned away. */
export const recordBody = z.union([
  z.looseObject({ what: z.literal("access.denied"), event: word.startsWith("denied/"), person: word, ...ofChain }),
  z.looseObject({ what: z.enum(OWN), event: word, person: z.literal("supervisor").optional(), ...ofChain }),
]);
