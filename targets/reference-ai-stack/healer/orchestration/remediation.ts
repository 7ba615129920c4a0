// One remedy from its first step to its proof, and the memory of what was done that the guards ask for.
import type { PastAction } from "../decision/guards.ts";
import { targetKey } from "../decision/reach.ts";
import type { PastActions } from "../durable/past-actions.ts";
import type { Journal } from "../governance/journal.ts";
import type { Clock, Eyes, Hand, Proof, Remedy } from "../nouns.ts";
import type { Faculties } from "../faculties.ts";
import { NUMBERS } from "../numbers.ts";
import type { PathwayBook } from "../pathways/book.ts";
import type { Check } from "../pathways/pathway.ts";
import { keyOf, say } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { carryOut } from "./carry-out.ts";
import { dependenciesIn, touchedBy } from "./cone.ts";

export interface RemediationParts {
  readonly eyes: Eyes;
  readonly hand: Hand;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly pathways: PathwayBook;
  readonly past: PastActions;
  /** Pathways whose action does nothing. */
  readonly noops: ReadonlySet<string>;
}

export interface Remediation {
  /** Takes the target's lock, writes down that it begins, acts, writes down what came of it. */
  act(attempt: Attempt, remedy: Remedy, signature: string): Promise<void>;
  /** Looks until healed or not, writes it down and gives the lock back. */
  verify(attempt: Attempt, remedy: Remedy): Promise<Proof>;
  /** One look: is the trouble of this remedy gone already? */
  isGone(remedy: Remedy): Promise<boolean>;
  past(): readonly PastAction[];
}

/** Remediation of one stack; `verify` looks until a check has held or not. */
export function createRemediation(parts: RemediationParts, verify: Faculties["verify"]): Remediation {
  const { eyes, pathways, past } = parts;
  const { leaseMs, lockWaitMs } = NUMBERS.guards;
  /** Opened in this life; a check that compares with how it was is opened anew after a restart. */
  const checks = new Map<string, Check>();
  const openCheck = (remedy: Remedy): Promise<Check> => pathways.acting(remedy.pathway).check(eyes, remedy);
  const rollOut = { eyes, judge: (check: Check): Promise<Proof> => verify(check, parts.clock) };
  return {
    async act(attempt, remedy, signature) {
      const { flow } = attempt;
      const { target } = remedy;
      const pathway = pathways.acting(remedy.pathway);
      const detail = { pathway: pathway.name, action: `${pathway.name} ${targetKey(target)}` };
      past.note(`${flow.id} ${attempt.number}`, target, signature, {
        incident: attempt.incident.id,
        attempt: attempt.number,
        pathway: pathway.name,
        means: remedy.means,
        ...(remedy.amount !== undefined && { amount: remedy.amount }),
        ...(pathway.rollsBack && { rollsBack: true }),
      });
      // Opened before the action, because some checks compare with how it was.
      checks.set(flow.id, await pathway.check(eyes, remedy));
      const means = remedy.found === undefined ? remedy.means : `${remedy.means} ${remedy.found}`;
      const targets = touchedBy(remedy, dependenciesIn((await eyes.traffic()) ?? []));
      const isMine = await flow.lockTarget(keyOf(attempt, "lock"), { targets, leaseMs, waitMs: lockWaitMs });
      await say(attempt, parts, "action.started", { ...detail, reasons: [`by ${means}`] });
      const { outcome, says } = isMine
        ? await carryOut(pathway, remedy, { ...parts, flow, rollOut, keyOf: (step) => keyOf(attempt, step) })
        : { outcome: "failed" as const, says: `another remediation has ${targetKey(target)}` };
      await say(attempt, parts, "action.finished", { ...detail, outcome, reasons: [says] });
      // What it depends on is free again; the target itself is looked at first.
      if (isMine) await flow.lockTarget(keyOf(attempt, "narrow"), { targets: [target], leaseMs, waitMs: 0 });
    },
    async verify(attempt, remedy) {
      const { flow } = attempt;
      const proof = await flow.step("verify", keyOf(attempt, "verify"), async () =>
        verify(checks.get(flow.id) ?? (await openCheck(remedy)), parts.clock),
      );
      checks.delete(flow.id);
      past.ended(`${flow.id} ${attempt.number}`, proof.healed);
      flow.unlock();
      const outcome = proof.healed ? "healed" : "not-healed";
      await say(attempt, parts, "verified", { pathway: remedy.pathway, outcome, reasons: proof.reasons });
      return proof;
    },
    isGone: async (remedy) => (await (await openCheck(remedy))()).good,
    past: () => past.list(),
  };
}
