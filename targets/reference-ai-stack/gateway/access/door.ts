// The gateway's door: log-in, keys with limits, and sources that are turned away. Who shows no key is a guest, and is
// let in; who shows a good one is let in from everywhere, also from a source that is blocked.
import { createHmac, randomBytes } from "node:crypto";
import type { Context, Hono, MiddlewareHandler } from "hono";
import { Counter, Gauge, type Registry } from "prom-client";
import { z } from "zod";
import { requireBearer } from "../../common/bearer.ts";
import { chatError } from "../../common/chat-request.ts";
import { readJsonBody } from "../../common/json-body.ts";
import { whySpared } from "../../common/spared-sources.ts";
import type { TracedEnv } from "../../common/telemetry/traced.ts";
import { retryAfterHeader } from "../retry-after.ts";
import type { Account, Accounts } from "./accounts.ts";
import { createLimits } from "./limits.ts";
import { sourceOf } from "./source-of.ts";
import { createSources, type Sources } from "./sources.ts";

export interface AccessOptions {
  readonly accounts: Accounts;
  /** Addresses of hops whose `x-forwarded-for` is believed. */
  readonly trustedHops: readonly string[];
  /** Sources that are blocked already, each for so long, ms. */
  readonly blocked: Readonly<Record<string, number>>;
}

/** Whom a request is of; undefined: a guest. */
export type CallerOf = (request: Request) => Account | undefined;

interface Tokens {
  readonly supervisor: string | undefined;
  readonly healer: string | undefined;
}

interface Door {
  readonly accounts: Accounts;
  readonly sources: Sources;
  readonly count: (outcome: "accepted" | "refused" | "blocked") => void;
  readonly limited: (cluster: string) => void;
  readonly source: (c: Context) => string;
  readonly isSpared: (source: string) => boolean;
  /** Tells guesses apart and nothing of what was guessed; the key dies with the process. */
  readonly guess: (...words: readonly string[]) => string;
}

const logInRequest = z.object({ user: z.string().min(1).max(256), password: z.string().min(1).max(1024) });
/** Longest body of a log-in, bytes. */
const LOG_IN_BYTES = 4096;
export const blocksSchema = z.record(z.string().min(1).max(64), z.number().positive().max(86_400_000));
const blocksRequest = z.strictObject({ sources: blocksSchema });

/**
 * `POST /v1/sessions` gives a key for a name and a password; what asks at `guarded` is looked at. `GET
 * /internal/sources` for the healer and the supervisor, `PUT` for the supervisor alone. Nothing at all where nobody has
 * an account.
 */
export function mountAccess(
  app: Hono<TracedEnv>,
  options: AccessOptions | undefined,
  { guarded, registry, ...tokens }: Tokens & { readonly guarded: readonly string[]; readonly registry: Registry },
): CallerOf {
  if (options === undefined) return () => undefined;
  const door = openDoor(options, registry);
  const callers = new WeakMap<Request, Account>();
  for (const path of guarded) app.use(path, admission(door, callers));
  app.post("/v1/sessions", async (c) => logIn(c, door));
  app.get("/internal/sources", requireBearer({ ...tokens }), (c) => c.json({ sources: listed(door) }));
  app.put("/internal/sources", requireBearer({ supervisor: tokens.supervisor }), async (c) => {
    const asked = blocksRequest.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success) {
      return c.json(chatError('expected {"sources":{"<address>":ms}}', "invalid_request_error"), 400);
    }
    door.sources.block(asked.data.sources);
    return c.json({ sources: listed(door) });
  });
  return (request) => callers.get(request);
}

/** With a mark on those that nobody may have turned away. */
function listed({ sources, isSpared }: Door): readonly object[] {
  return sources.list().map((view) => ({ ...view, ...(isSpared(view.source) && { spared: true }) }));
}

function openDoor({ accounts, trustedHops, blocked }: AccessOptions, registry: Registry): Door {
  const now = (): number => performance.now();
  const sources = createSources(now);
  sources.block(blocked);
  const registers = [registry];
  const logIns = new Counter({
    name: "gateway_log_ins_total",
    help: "Log-ins and wrong keys: accepted, refused after a look, or turned away since their source is blocked.",
    labelNames: ["outcome"] as const,
    registers,
  });
  for (const outcome of ["accepted", "refused", "blocked"]) logIns.inc({ outcome }, 0);
  const over = new Counter({
    name: "gateway_over_limit_total",
    help: "Requests of users beyond what their key allows.",
    labelNames: ["cluster"] as const,
    registers,
  });
  const blockedNow = (): number => sources.list().filter(({ blockedMs }) => blockedMs > 0).length;
  void new Gauge({
    name: "gateway_blocked_sources",
    help: "Sources that are turned away now.",
    registers,
    collect() {
      this.set(blockedNow());
    },
  });
  const trusted = new Set(trustedHops);
  const secret = randomBytes(32);
  return {
    accounts,
    sources,
    count: (outcome) => logIns.inc({ outcome }),
    limited: (cluster) => over.inc({ cluster }),
    source: (c) => sourceOf(c, trusted),
    isSpared: (source) => whySpared(source, trustedHops) !== null,
    guess: (...words) => createHmac("sha256", secret).update(words.join("\0")).digest("base64").slice(0, 12),
  };
}

function admission(door: Door, callers: WeakMap<Request, Account>): MiddlewareHandler<TracedEnv> {
  const limits = createLimits(() => performance.now());
  return async (c, next) => {
    const key = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    const account = key === undefined ? undefined : door.accounts.ofKey(key);
    if (account === undefined || account === "over") {
      const source = door.source(c);
      const blockedMs = door.sources.blockedMs(source);
      if (blockedMs > 0) {
        if (key !== undefined) door.count("blocked");
        return turnedAway(c, blockedMs);
      }
      if (key === undefined) return next();
      // Who had a good one guesses nothing.
      if (account === undefined) door.sources.refused(source, door.guess(key));
      door.count("refused");
      const says = account === undefined ? "the key is nobody's" : "the key's hour is over; please log in again";
      return c.json(chatError(says, "invalid_api_key"), 401, { "www-authenticate": "Bearer" });
    }
    const waitMs = limits.take(account.user, account.perSecond);
    if (waitMs > 0) {
      door.limited(account.cluster);
      const says = `a key may ask ${account.perSecond} times a second; please come again in a moment`;
      return c.json(chatError(says, "rate_limit_exceeded"), 429, retryAfterHeader(waitMs));
    }
    callers.set(c.req.raw, account);
    return next();
  };
}

async function logIn(c: Context<TracedEnv>, door: Door): Promise<Response> {
  const source = door.source(c);
  const blockedMs = door.sources.blockedMs(source);
  // Before anything is looked at: who is blocked learns nothing more, and costs nothing.
  if (blockedMs > 0) {
    door.count("blocked");
    return turnedAway(c, blockedMs);
  }
  const body = await readJsonBody(c.req.raw, LOG_IN_BYTES);
  if (!body.ok) return c.json(chatError(body.reason, "invalid_request_error"), body.status);
  const asked = logInRequest.safeParse(body.json);
  if (!asked.success) return c.json(chatError('expected {"user","password"}', "invalid_request_error"), 400);
  const { user, password } = asked.data;
  const account = await door.accounts.logIn(user, password);
  if (account === undefined) {
    door.sources.refused(source, door.guess(user, password));
    door.count("refused");
    return c.json(chatError("name or password is wrong", "invalid_credentials"), 401);
  }
  door.sources.accepted(source, account.user);
  door.count("accepted");
  const { key, expiresInMs } = door.accounts.openSession(account);
  return c.json({ key, expires_in: Math.floor(expiresInMs / 1000), user: account.user, cluster: account.cluster });
}

function turnedAway(c: Context<TracedEnv>, blockedMs: number): Response {
  const says = "too many wrong log-ins came from this address; who has a key is let in";
  return c.json(chatError(says, "source_blocked"), 403, retryAfterHeader(blockedMs));
}
