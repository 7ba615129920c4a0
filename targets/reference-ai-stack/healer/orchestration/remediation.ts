// One remedy from its first step to its proof, and the memory of what was done that the guards ask for.
import type { PastAction } from "../decision/guards.ts";
import type { Journal } from "../governance/journal.ts";
import type { Clock, Eyes, Hand, Incident, Proof, Remedy } from "../nouns.ts";
import type { Faculties } from "../faculties.ts";
import { NUMBERS } from "../numbers.ts";
import { CHECKS } from "../verification/checks.ts";
import type { Check } from "../verification/checks.ts";
import { carryOut } from "./carry-out.ts";
import { createTargetLock } from "./target-lock.ts";

export interface RemediationParts {
  readonly eyes: Eyes;
  readonly hand: Hand;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Pathways whose action does nothing. */
  readonly noops: ReadonlySet<string>;
}

export interface Remediation {
  /** Takes the target's lock, writes down that it begins, acts, writes down what came of it. */
  act(incident: Incident, remedy: Remedy, signature: string): Promise<void>;
  /** Looks until healed or not, writes it down and gives the lock back. */
  verify(incident: Incident, remedy: Remedy): Promise<Proof>;
  /** One look: is the trouble of this remedy gone already? */
  isGone(remedy: Remedy): Promise<boolean>;
  past(): readonly PastAction[];
}

const KEPT_ACTIONS = 200;

/** Remediation of one stack; `verify` looks until a check has held or not. */
export function createRemediation(parts: RemediationParts, verify: Faculties["verify"]): Remediation {
  const { eyes, hand, clock, journal } = parts;
  const lock = createTargetLock(NUMBERS.guards.leaseMs);
  const checks = new Map<string, Check>();
  let past: readonly PastAction[] = [];
  return {
    async act(incident, remedy, signature) {
      const { replica } = remedy.target;
      const detail = { pathway: remedy.pathway, action: `${remedy.pathway} ${replica}` };
      past = [...past.slice(1 - KEPT_ACTIONS), { at: clock.now(), replica, signature }];
      // Opened before the action, because some checks compare with how it was.
      checks.set(incident.id, await CHECKS[remedy.pathway](eyes, remedy));
      const means = remedy.peer === undefined ? remedy.means : `${remedy.means} ${remedy.peer}`;
      await journal.say(incident, "action.started", { ...detail, reasons: [`by ${means}`] });
      const { outcome, says } = lock.take(replica, incident.id, clock.now())
        ? await carryOut(hand, remedy, parts.noops)
        : { outcome: "failed" as const, says: `another remediation has ${replica}` };
      await journal.say(incident, "action.finished", { ...detail, outcome, reasons: [says] });
    },
    async verify(incident, remedy) {
      const check = checks.get(incident.id) ?? (await CHECKS[remedy.pathway](eyes, remedy));
      checks.delete(incident.id);
      const proof = await verify(check, clock);
      lock.release(remedy.target.replica, incident.id);
      const outcome = proof.healed ? "healed" : "not-healed";
      await journal.say(incident, "verified", { pathway: remedy.pathway, outcome, reasons: proof.reasons });
      return proof;
    },
    isGone: async (remedy) => (await (await CHECKS[remedy.pathway](eyes, remedy))()).good,
    past: () => past,
  };
}
