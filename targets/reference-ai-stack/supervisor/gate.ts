// Who may come in at the supervisor's doors. Whoever is turned away is written into the audit.
import type { Context, MiddlewareHandler } from "hono";
import { principalOf, type GuardedEnv } from "../common/bearer.ts";
import { may, personOf, rolesWith, type Person, type Right } from "../common/people.ts";
import type { AuditFields } from "../healer/governance/audit-chain.ts";
import { boundedDenials, type Attempt } from "../healer/governance/denials.ts";

export interface GateParts {
  readonly people: readonly Person[];
  readonly healerToken: string;
  /** Writes into the stack's audit; never rejects. */
  readonly audit: (fields: AuditFields) => Promise<void>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export interface Gate {
  /** Lets people in who have the right, and the healer where `healerToo`. */
  people(right: Right, healerToo?: boolean): MiddlewareHandler<GuardedEnv>;
  /** Lets the healer in, and nobody else. */
  healer(): MiddlewareHandler<GuardedEnv>;
  /** Writes down that somebody was turned away. */
  turnedAway(attempt: Attempt): void;
}

export function createGate(parts: GateParts): Gate {
  const { people, healerToken } = parts;
  const turnedAway = boundedDenials({ ...parts, door: "supervisor" });
  const refuse = (c: Context<GuardedEnv>, status: 401 | 403, attempt: Omit<Attempt, "where">): Response => {
    turnedAway({ ...attempt, where: `${c.req.method} ${c.req.path}` });
    const headers = status === 401 ? { "www-authenticate": "Bearer" } : {};
    return c.json(
      { error: { message: attempt.why, type: status === 401 ? "unauthorized" : "forbidden" } },
      status,
      headers,
    );
  };
  return {
    turnedAway,
    people:
      (right, healerToo = false) =>
      async (c, next) => {
        const header = c.req.header("authorization");
        const isHealer = principalOf(header, { healer: healerToken }) !== undefined;
        const person = isHealer ? undefined : personOf(header, people);
        const name = isHealer ? "healer" : person?.name;
        if (name === undefined) return refuse(c, 401, { principal: "nobody", why: NO_TOKEN });
        if (isHealer ? !healerToo : person === undefined || !may(person, right)) {
          return refuse(c, 403, { principal: name, why: `this needs the role ${rolesWith(right)}` });
        }
        c.set("principal", name);
        await next();
        return undefined;
      },
    healer: () => async (c, next) => {
      if (principalOf(c.req.header("authorization"), { healer: healerToken }) === undefined) {
        const principal = personOf(c.req.header("authorization"), people)?.name ?? "nobody";
        return refuse(c, 401, { principal, why: NO_TOKEN });
      }
      c.set("principal", "healer");
      await next();
      return undefined;
    },
  };
}

const NO_TOKEN = "a valid bearer token is needed";
