// Keys of sessions, which prove themselves: whose each is and until when stands in it, under a seal of the supervisor's
// secret. None is kept, so none is forgotten: not for another session, and not when the gateway starts again.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

export interface Session {
  readonly key: string;
  readonly expiresInMs: number;
}

interface Sessions {
  /** A key of its own each time. */
  open(user: string): Session;
  /** Whose it is, and whether its time is over; undefined: no key that was given under this secret. */
  read(key: string): { readonly user: string; readonly isOver: boolean } | undefined;
}

export interface SessionParts {
  readonly secret: string;
  /** Ms of a clock that goes on while the gateway is away. */
  readonly wallMs: () => number;
}

/** A key is good for so long, ms. */
const FOR_MS = 3_600_000;
/** User, end, what makes it one of its own, and the seal. */
const SHAPE = /^session-([\w-]{1,400})\.(\d{1,16})\.([\w-]{16})\.([\w-]{43})$/;

export function createSessions({ secret, wallMs }: SessionParts): Sessions {
  const sealOf = (sealed: string): Buffer => createHmac("sha256", secret).update(sealed).digest();
  return {
    open(user) {
      const name = Buffer.from(user).toString("base64url");
      const sealed = `${name}.${Math.floor(wallMs()) + FOR_MS}.${randomBytes(12).toString("base64url")}`;
      return { key: `session-${sealed}.${sealOf(sealed).toString("base64url")}`, expiresInMs: FOR_MS };
    },
    read(key) {
      const [, name = "", until = "", nonce = "", seal = ""] = SHAPE.exec(key) ?? [];
      const given = Buffer.from(seal, "base64url");
      const own = sealOf(`${name}.${until}.${nonce}`);
      if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
      return { user: Buffer.from(name, "base64url").toString(), isOver: Number(until) <= wallMs() };
    },
  };
}
