// One remedy from its first step to its proof, and the memory of what was done that the guards ask for.
import type { PastAction } from "../decision/guards.ts";
import { targetKey } from "../decision/reach.ts";
import type { Journal } from "../governance/journal.ts";
import type { Clock, Eyes, Hand, Incident, Proof, Remedy } from "../nouns.ts";
import type { Faculties } from "../faculties.ts";
import { NUMBERS } from "../numbers.ts";
import type { PathwayBook } from "../pathways/book.ts";
import type { Check } from "../pathways/pathway.ts";
import { carryOut } from "./carry-out.ts";
import { createTargetLock } from "./target-lock.ts";

export interface RemediationParts {
  readonly eyes: Eyes;
  readonly hand: Hand;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly pathways: PathwayBook;
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
  const { eyes, hand, clock, journal, pathways } = parts;
  const lock = createTargetLock(NUMBERS.guards.leaseMs);
  const checks = new Map<string, Check>();
  let past: readonly PastAction[] = [];
  const openCheck = (remedy: Remedy): Promise<Check> => pathways.acting(remedy.pathway).check(eyes, remedy);
  return {
    async act(incident, remedy, signature) {
      const { target } = remedy;
      const pathway = pathways.acting(remedy.pathway);
      const detail = { pathway: pathway.name, action: `${pathway.name} ${targetKey(target)}` };
      past = [...past.slice(1 - KEPT_ACTIONS), { at: clock.now(), target, signature }];
      // Opened before the action, because some checks compare with how it was.
      checks.set(incident.id, await pathway.check(eyes, remedy));
      const means = remedy.found === undefined ? remedy.means : `${remedy.means} ${remedy.found}`;
      await journal.say(incident, "action.started", { ...detail, reasons: [`by ${means}`] });
      const { outcome, says } = lock.take(target, incident.id, clock.now())
        ? await carryOut(pathway, remedy, hand, parts.noops)
        : { outcome: "failed" as const, says: `another remediation has ${targetKey(target)}` };
      await journal.say(incident, "action.finished", { ...detail, outcome, reasons: [says] });
    },
    async verify(incident, remedy) {
      const check = checks.get(incident.id) ?? (await openCheck(remedy));
      checks.delete(incident.id);
      const proof = await verify(check, clock);
      lock.release(incident.id);
      const outcome = proof.healed ? "healed" : "not-healed";
      await journal.say(incident, "verified", { pathway: remedy.pathway, outcome, reasons: proof.reasons });
      return proof;
    },
    isGone: async (remedy) => (await (await openCheck(remedy))()).good,
    past: () => past,
  };
}
