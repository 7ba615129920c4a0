// Less service while more is asked than the stack can do. The gateway carries it out; here it goes deeper by a step
// while the queue does not drain, and back by a step while clearly less is asked than when it began.
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { messageOf, type Logger } from "../common/log.ts";

/**
 * 0 is full service; from 1 on low priority is refused, and where nothing is of that answers are shorter, from fewer
 * passages; 2 also answers given before; 3 also refusals.
 */
export type Level = 0 | 1 | 2 | 3;

const DEEPEST: Level = 3;

const RULE = {
  /** A step is given this long to help before the next one, ms. */
  stepMs: 2000,
  /** A queue below this part of what it was a step ago drains. */
  drains: 0.8,
  /** At most this part of what was asked when it began: the load has fallen; for this long, ms, for a step back. */
  fallen: 0.75,
  fallenForMs: 4000,
  everyMs: 500,
  timeoutMs: 2000,
} as const;

/** What one look shows. */
export interface Load {
  /** ms, any zero. */
  readonly at: number;
  /** Requests that the gateway was asked so far, those that it refused among them. */
  readonly asked: number;
  readonly waiting: number;
  readonly replicas: number;
}

/** Where a reduction stands between two looks. */
export interface Standing {
  readonly level: Level;
  /** Requests a second when it began; null: not known yet. */
  readonly began: number | null;
  /** The look at which the present step, or stretch of little load, began. */
  readonly since: Load;
  readonly fallenSince: number | null;
  readonly last: Load;
}

export function standingAt(level: Level, load: Load): Standing {
  return { level, began: null, since: load, fallenSince: null, last: load };
}

/** What follows from one more look. Pure. */
export function afterLook(standing: Standing, load: Load): Standing {
  const spanMs = load.at - standing.since.at;
  const began = standing.began ?? (spanMs >= RULE.stepMs ? rateSince(standing.since, load) : null);
  // Those who wait are load, too, also where nobody else comes.
  const isCalm = load.waiting < load.replicas;
  const fell = began !== null && isCalm && rateSince(standing.last, load) <= RULE.fallen * began;
  const fallenSince = fell ? (standing.fallenSince ?? load.at) : null;
  const now = { ...standing, began, fallenSince, last: load };
  if (fallenSince !== null && load.at - fallenSince >= RULE.fallenForMs) return stepped(now, standing.level - 1, load);
  if (spanMs < RULE.stepMs) return now;
  const stands = !isCalm && load.waiting >= RULE.drains * standing.since.waiting;
  return stands ? stepped(now, standing.level + 1, load) : { ...now, since: load };
}

function stepped(standing: Standing, level: number, load: Load): Standing {
  return { ...standing, level: Math.max(0, Math.min(DEEPEST, level)) as Level, since: load, fallenSince: null };
}

function rateSince(from: Load, to: Load): number {
  return to.at <= from.at ? Infinity : (1000 * (to.asked - from.asked)) / (to.at - from.at);
}

export interface Reduction {
  level(): Level;
  /** Has the gateway give that much less from now on; null, or why it does not. */
  set(level: Level): Promise<string | null>;
}

export interface ReductionParts {
  readonly gatewayPort: number;
  readonly supervisorToken: string;
  /** Ports of the inference replicas that have a process. */
  readonly replicaPorts: () => readonly number[];
  readonly now: () => number;
  readonly log: Logger;
  readonly everyMs?: number;
}

/** Full service at first; nothing is looked at before somebody sets another level. */
export function createReduction(parts: ReductionParts): Reduction {
  const { replicaPorts, now, log, everyMs = RULE.everyMs } = parts;
  let level: Level = 0;
  let turn = 0;

  async function look(wanted: Level): Promise<Load> {
    const health = await Promise.all(replicaPorts().map(healthOf));
    const seen = health.flatMap((one) => one ?? []);
    const most = seen.reduce((sum, { slots }) => sum + slots, 0);
    // Each time anew, so that a gateway that was restarted gets it, too.
    const { asked } = await tell(parts, { level: wanted, most });
    const waiting = seen.reduce((sum, one) => sum + one.waiting, 0);
    return { at: now(), asked, waiting, replicas: Math.max(1, seen.length) };
  }

  async function follow(from: Standing, mine: number): Promise<void> {
    let standing = from;
    while (standing.level > 0) {
      await pause(everyMs, undefined, { ref: false });
      if (mine !== turn) return;
      try {
        const next = afterLook(standing, await look(standing.level));
        if (mine !== turn) return;
        if (next.level !== standing.level) {
          await look(next.level);
          log.info("the service is reduced", { step: next.level, before: standing.level });
        }
        standing = next;
        level = next.level;
      } catch (error) {
        log.warn("a look at the reduced service failed", { reason: messageOf(error) });
      }
    }
  }

  return {
    level: () => level,
    async set(next) {
      const mine = (turn += 1);
      try {
        const load = await look(next);
        level = next;
        void follow(standingAt(next, load), mine);
        return null;
      } catch (error) {
        return messageOf(error);
      }
    },
  };
}

async function tell(
  { gatewayPort, supervisorToken }: ReductionParts,
  body: { readonly level: Level; readonly most: number },
): Promise<{ readonly asked: number }> {
  const answer = await request(`http://127.0.0.1:${gatewayPort}/internal/service`, {
    method: "PUT",
    headers: { "content-type": "application/json", authorization: `Bearer ${supervisorToken}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(RULE.timeoutMs),
  });
  const { asked } = (await answer.body.json()) as { readonly asked?: unknown };
  if (answer.statusCode !== 200 || typeof asked !== "number")
    throw new Error(`the gateway answered ${answer.statusCode}`);
  return { asked };
}

/** Null: it was not seen. */
async function healthOf(port: number): Promise<{ readonly slots: number; readonly waiting: number } | null> {
  try {
    const answer = await request(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(RULE.timeoutMs) });
    const { slots, waiting } = (await answer.body.json()) as { readonly slots?: unknown; readonly waiting?: unknown };
    return typeof slots === "number" && typeof waiting === "number" ? { slots, waiting } : null;
  } catch {
    return null;
  }
}
