// The pathway of the supervisor: the one process whose end or silence nobody else can see is the healer. Detects,
// decides, acts and verifies as the healer does for the others, under the same guards, and touches nothing but it.
import { randomUUID } from "node:crypto";
import { attemptsAt, waitBefore } from "../healer/decision/guards.ts";
import type { PastAction } from "../healer/decision/guards.ts";
import type { EventDetail, EventType } from "../healer/governance/journal.ts";
import type { Clock, Scope, Target } from "../healer/nouns.ts";
import { NUMBERS } from "../healer/numbers.ts";
import type { Child } from "./child.ts";
import type { Fleet } from "./fleet.ts";
import { BEAT_SPEAKS_MS } from "./healer-beat.ts";

/** As `target.yaml` declares it. */
export const RESTART_HEALER = { name: "restart-healer", answers: "healer-down", tier: "low" } as const;

export interface RestartHealerParts {
  readonly fleet: Pick<Fleet, "child" | "inTurn" | "missing">;
  readonly clock: Clock;
  /** On the audit's disk and on the feed when it resolves. */
  readonly say: (event: SupervisorEvent) => Promise<void>;
  /** The pathway was switched off: it says that it acts, and touches nothing. */
  readonly isNoop: boolean;
}

export interface SupervisorEvent {
  readonly incident: string;
  readonly scope: Scope;
  readonly type: EventType;
  readonly detail: EventDetail;
}

const HEALER: Target = { scope: "replica", service: "healer", replica: "healer" };
const SIGNATURE = `${RESTART_HEALER.answers}@healer`;
/** How long a healer that was started may take to answer, ms. */
const HEALTH_MS = 5000;

/**
 * To be called at each end of the healer that nobody asked for, and each time that it was found to hang. One case at a
 * time; it covers what happens within it.
 */
export function watchHealer(parts: RestartHealerParts): (says: string) => void {
  let past: readonly PastAction[] = [];
  let isOpen = false;
  const noted = (action: PastAction): void => void (past = [...past, action].slice(-KEPT));
  const takeUp = async (child: Child, says: string): Promise<void> => {
    isOpen = true;
    const ended = await heal({ ...parts, child, past: () => past, noted }, says).finally(() => (isOpen = false));
    // Of one that died while its case was being closed nobody has heard.
    if (ended === "closed" && child.pid() === null) await takeUp(child, "its process ended as its case was closed");
  };
  return (says) => {
    const child = parts.fleet.child("healer");
    // One that never answered is still starting with the stack.
    if (!isOpen && child !== undefined && !parts.fleet.missing().includes("healer")) void takeUp(child, says);
  };
}

const KEPT = 20;

interface Case extends RestartHealerParts {
  readonly child: Child;
  readonly past: () => readonly PastAction[];
  readonly noted: (action: PastAction) => void;
}

async function heal(one: Case, says: string): Promise<"closed" | "escalated"> {
  const { child, clock, past } = one;
  const pathway = RESTART_HEALER.name;
  /** The process that is to be replaced; null: it has ended. */
  let sick = child.pid();
  const incident = `inc-${randomUUID().slice(0, 8)}`;
  const scope = { service: "healer", replica: "healer" };
  const tell = async (type: EventType, detail: EventDetail): Promise<void> => {
    const said = one.say({ incident, scope, type, detail });
    // One that hangs takes no record, and nobody else writes its file before it is frozen: that holds nothing up.
    if (child.pid() === null || child.pid() !== sick || child.isFrozen()) await said;
  };
  const known = { class: RESTART_HEALER.answers, confidence: 1 };
  await tell("detected", { reasons: [says] });
  await tell("classified", { ...known, runnersUp: [], reasons: [seenBy(sick)] });
  for (;;) {
    const now = clock.now();
    const attempts = attemptsAt(SIGNATURE, past(), now);
    const tried = attempts.length;
    if (tried >= NUMBERS.guards.attempts) {
      const why = `${tried} restarts did not last, a person has to look`;
      await tell("decided", { ...known, pathway: "escalate", reasons: [why] });
      await tell("escalated", { pathway: "escalate", reasons: [why] });
      return "escalated";
    }
    const waitMs = waitBefore(HEALER, attempts, past(), now);
    const reasons = [
      `policy ${pathway} (risk ${RESTART_HEALER.tier}): starts the healer, which goes on with its cases`,
      `attempt ${tried + 1} of ${NUMBERS.guards.attempts}`,
      ...(waitMs > 0 ? [`waits ${Math.round(waitMs)} ms for the rate limit and the back-off`] : []),
    ];
    await tell("decided", { ...known, pathway, reasons });
    if (waitMs > 0) await clock.sleep(waitMs);
    if (waitMs > 0 && child.pid() !== null && child.pid() !== sick) {
      await tell("closed", { reasons: ["somebody else has started it"] });
      return "closed";
    }
    if (waitMs > 0 && sick !== null && (await child.becomesHealthy(NUMBERS.timeoutMs.pulse))) {
      await tell("closed", { reasons: [`process ${sick} answers again by itself`] });
      return "closed";
    }
    one.noted({ at: clock.now(), target: HEALER, signature: SIGNATURE });
    const action = { pathway, action: `${pathway} healer` };
    let begun: Promise<void> | undefined;
    const begin = (): Promise<void> =>
      (begun ??= tell("action.started", { ...action, tier: RESTART_HEALER.tier, reasons: ["by start"] }));
    const replaced = await replace(one, sick, begin);
    await begin();
    await tell("action.finished", { ...action, ...replaced });
    const proof = await holds(one);
    await tell("verified", { pathway, outcome: proof.good ? "healed" : "not-healed", reasons: [proof.says] });
    sick = child.pid();
    if (!proof.good) continue;
    await tell("closed", { reasons: [proof.says] });
    return "closed";
  }
}

function seenBy(sick: number | null): string {
  return sick === null ? "the supervisor is its parent, and saw its end" : "its process is there and does not answer";
}

/**
 * Ends what hangs, without waiting for it to do so itself, and starts the healer. In its turn: from the moment that it
 * is frozen until the next one runs, nobody else starts or ends it.
 */
async function replace(
  { child, fleet, isNoop }: Case,
  sick: number | null,
  begin: () => Promise<void>,
): Promise<Pick<EventDetail, "outcome" | "reasons">> {
  if (isNoop) return { outcome: "done", reasons: [`${RESTART_HEALER.name} returned`] };
  try {
    const { pid } = await fleet.inTurn("healer", async () => {
      const isThere = sick !== null && child.pid() === sick;
      // Then the supervisor is the only one who writes the audit. It may write, and what is frozen never goes on: what
      // that knows of the chain is old.
      if (isThere) await child.freeze();
      await begin();
      if (isThere) await child.stop(0);
      return child.start();
    });
    return { outcome: "done", reasons: [`process ${pid}`] };
  } catch (error) {
    return { outcome: "failed", reasons: [error instanceof Error ? error.message : "it could not be started"] };
  }
}

/** Good when it answers, and as the same process for as long as the beat needs to find that it hangs again. */
async function holds({ child, clock }: Case): Promise<{ readonly good: boolean; readonly says: string }> {
  const { everyMs } = NUMBERS.verification;
  const holdMs = BEAT_SPEAKS_MS + everyMs;
  let misses = 0;
  if (!(await child.becomesHealthy(HEALTH_MS))) return { good: false, says: `not healthy within ${HEALTH_MS} ms` };
  const pid = child.pid();
  const from = clock.now();
  while (clock.now() - from < holdMs) {
    if (child.pid() !== pid) return { good: false, says: "its process ended again" };
    misses = (await child.becomesHealthy(NUMBERS.timeoutMs.pulse)) ? 0 : misses + 1;
    if (misses >= NUMBERS.pulse.softMisses) return { good: false, says: `process ${pid} does not answer again` };
    await clock.sleep(everyMs);
  }
  return { good: child.pid() === pid, says: `process ${pid} has answered for ${holdMs} ms` };
}
