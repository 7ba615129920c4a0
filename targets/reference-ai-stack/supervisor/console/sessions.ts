// Who is logged in at the console: in memory alone, so that a restart of the supervisor logs everybody out.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Person } from "../../common/people.ts";

export interface Session {
  readonly id: string;
  readonly person: Person;
  /** Stands in every form; a page of somebody else does not know it. */
  readonly csrf: string;
}

export interface Sessions {
  open(person: Person): Session;
  /** The session of that id, kept alive; undefined when there is none (any more). */
  find(id: string | undefined): Session | undefined;
  end(id: string | undefined): void;
}

/** Without a request for this long a session is over, ms. */
const IDLE_MS = 30 * 60_000;
/** However busy, a session ends after this long, ms. */
const LONGEST_MS = 8 * 60 * 60_000;
const MOST = 100;

export function createSessions(now: () => number): Sessions {
  const open = new Map<string, { readonly session: Session; readonly begun: number; seen: number }>();
  const isOver = ({ begun, seen }: { begun: number; seen: number }): boolean =>
    now() - seen > IDLE_MS || now() - begun > LONGEST_MS;
  return {
    open(person) {
      for (const [id, one] of open) if (isOver(one)) open.delete(id);
      const [oldest] = open.keys();
      if (open.size >= MOST && oldest !== undefined) open.delete(oldest);
      const session = { id: token(), person, csrf: token() };
      open.set(digest(session.id), { session, begun: now(), seen: now() });
      return session;
    },
    find(id) {
      // By its digest, so that how long the search takes tells nothing of ids that there are.
      const one = id === undefined ? undefined : open.get(digest(id));
      if (one === undefined || isOver(one)) return undefined;
      one.seen = now();
      return one.session;
    },
    end: (id) => void (id !== undefined && open.delete(digest(id))),
  };
}

export function isCsrf({ csrf }: Session, given: unknown): boolean {
  if (typeof given !== "string") return false;
  return timingSafeEqual(Buffer.from(digest(csrf)), Buffer.from(digest(given)));
}

function token(): string {
  return randomBytes(32).toString("hex");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
