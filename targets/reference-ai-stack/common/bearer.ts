// Who may turn the knobs: a bearer token, compared in constant time so that answers do not leak how much of a guess was
// right.
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** Name of the principal → its token; a principal without a token cannot come in. */
export type Principals = Readonly<Record<string, string | undefined>>;

/** What a guarded route finds under `c.get("principal")`. */
export interface GuardedEnv {
  readonly Variables: { principal: string };
}

/** The principal whose token the `Authorization` header carries, or undefined. */
export function principalOf(header: string | undefined, principals: Principals): string | undefined {
  const presented = /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
  if (presented === undefined) return undefined;
  let found: string | undefined;
  for (const [principal, token] of Object.entries(principals)) {
    if (token !== undefined && token !== "" && sameSecret(presented, token)) found ??= principal;
  }
  return found;
}

/**
 * Answers 401 unless the request carries the token of one of the principals; with no token configured nobody comes in.
 */
export function requireBearer(principals: Principals): MiddlewareHandler<GuardedEnv> {
  return async (c, next) => {
    const principal = principalOf(c.req.header("authorization"), principals);
    if (principal === undefined) {
      return c.json({ error: { message: "a valid bearer token is needed", type: "unauthorized" } }, 401, {
        "www-authenticate": "Bearer",
      });
    }
    c.set("principal", principal);
    await next();
    return undefined;
  };
}

/** Digests have equal lengths, which `timingSafeEqual` asks for, and hide the length of the secret. */
function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
