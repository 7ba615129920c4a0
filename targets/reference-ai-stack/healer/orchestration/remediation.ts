// One remedy from its first step to its proof, and the memory of what was done that the guards ask for.
import type { PastAction } from "../decision/guards.ts";
import type { Tier } from "../decision/policy.ts";
import { targetKey } from "../decision/reach.ts";
import type { PastActions } from "../durable/past-actions.ts";
import type { Journal } from "../governance/journal.ts";
import type { Clock, Eyes, Hand, Proof, Remedy, Scope, Surroundings } from "../nouns.ts";
import type { Faculties } from "../faculties.ts";
import { NUMBERS } from "../numbers.ts";
import type { PathwayBook } from "../pathways/book.ts";
import { good } from "../pathways/pathway.ts";
import type { Check } from "../pathways/pathway.ts";
import { gatherEvidence, lookBefore } from "../verification/evidence.ts";
import type { Before } from "../verification/evidence.ts";
import { ageOf, windowFor } from "../verification/window.ts";
import type { Window } from "../verification/window.ts";
import type { Witness } from "../verification/witness.ts";
import { keyOf, say } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { carryOut, takeBackAll } from "./carry-out.ts";
import { dependenciesIn, touchedBy } from "./cone.ts";
import type { Dependencies } from "./cone.ts";

export interface RemediationParts {
  readonly eyes: Eyes;
  /** What verification sees with, apart from the eyes that raise alarms. */
  readonly witness: Witness;
  readonly hand: Hand;
  /** Who calls whom; where nobody could say, the traffic does. */
  readonly surroundings: Pick<Surroundings, "graph">;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly pathways: PathwayBook;
  readonly past: PastActions;
  /** Pathways whose action does nothing. */
  readonly noops: ReadonlySet<string>;
}

export interface Judging {
  readonly verify: Faculties["verify"];
  /** Drops what stands against a scope, so that an alarm that comes again has seen the trouble again. */
  readonly forget: (scope: Scope) => void;
  /** What stands against a scope now, in words; null: nothing. */
  readonly standing: (scope: Scope) => string | null;
}

/** What was found and decided before an action. */
interface ActKnown {
  readonly signature: string;
  readonly tier?: Tier | undefined;
}

export interface Remediation {
  /** Takes the target's lock, writes down that it begins, acts, writes down what came of it. */
  act(attempt: Attempt, remedy: Remedy, known: ActKnown): Promise<void>;
  /** Looks until healed or not, takes back what made things worse, writes it down and gives the lock back. */
  verify(attempt: Attempt, remedy: Remedy, faultClass: string): Promise<Proof>;
  /** Looks whether a trouble that seems to have gone by itself stays away. */
  verifyGone(attempt: Attempt, remedy: Remedy, faultClass: string): Promise<Proof>;
  /** One look: is the trouble of this remedy gone already? */
  isGone(remedy: Remedy): Promise<boolean>;
  past(): readonly PastAction[];
}

interface Opened {
  readonly check: Check;
  readonly before: Before;
}

const { leaseMs, lockWaitMs } = NUMBERS.guards;

/** Remediation of one stack. */
export function createRemediation(parts: RemediationParts, judging: Judging): Remediation {
  const { eyes, pathways, past, clock } = parts;
  /** Opened in this life; a check that compares with how it was is opened anew after a restart. */
  const opened = new Map<string, Opened>();
  const openCheck = checkOpener(parts);
  const look = createLooking(parts, judging);
  return {
    async act(attempt, remedy, { signature, tier }) {
      const { flow } = attempt;
      const [{ target }, pathway] = [remedy, pathways.acting(remedy.pathway)];
      const detail = { pathway: pathway.name, action: `${pathway.name} ${targetKey(target)}` };
      past.note(
        `${flow.id} ${attempt.number}`,
        target,
        signature,
        detailsOf(attempt, remedy, pathway.rollsBack?.(remedy.found) === true),
      );
      // Opened before the action, because some checks compare with how it was.
      const check = await openCheck(remedy, attempt);
      const before = await flow.step("look before", keyOf(attempt, "look before"), () =>
        lookBefore(pathway.verifiedBy, { ...parts, target }, clock.sleep(NUMBERS.verification.beforeMs)),
      );
      opened.set(flow.id, { check, before });
      const targets = touchedBy(remedy, await callsIn(parts));
      const isMine = await flow.lockTarget(keyOf(attempt, "lock"), { targets, leaseMs, waitMs: lockWaitMs });
      await say(attempt, parts, "action.started", { ...detail, ...(tier && { tier }), reasons: [byMeans(remedy)] });
      const rollOut = { eyes, judge: judgeOf(parts, judging, attempt, remedy) };
      const { outcome, says } = isMine
        ? await carryOut(pathway, remedy, { ...parts, flow, rollOut, keyOf: (step) => keyOf(attempt, step) })
        : { outcome: "failed" as const, says: `another remediation has ${targetKey(target)}` };
      await say(attempt, parts, "action.finished", { ...detail, outcome, reasons: [says] });
      // What it depends on is free again; the target itself is looked at first.
      const lookedAtMs = leaseMs + 4 * (ageOf(attempt.incident.signals) ?? 0);
      if (isMine) {
        await flow.lockTarget(keyOf(attempt, "narrow"), { targets: [target], leaseMs: lookedAtMs, waitMs: 0 });
      }
    },
    async verify(attempt, remedy, faultClass) {
      const { flow } = attempt;
      const { check, before } = opened.get(flow.id) ?? { check: await openCheck(remedy, attempt), before: {} };
      const proof = await look(attempt, remedy, { name: "verify", faultClass, check, before });
      opened.delete(flow.id);
      const back = await takeBackIfWorse(parts, attempt, remedy, proof);
      past.ended(`${flow.id} ${attempt.number}`, proof.healed);
      flow.unlock();
      const outcome = proof.healed ? "healed" : "not-healed";
      const reasons = [...proof.reasons, ...back.says];
      const { takenBack } = back;
      const detail = { pathway: remedy.pathway, outcome, reasons, ...(takenBack && { takenBack }) } as const;
      await say(attempt, parts, "verified", detail);
      return { ...proof, reasons };
    },
    async verifyGone(attempt, remedy, faultClass) {
      const isShown = pathways.acting(remedy.pathway).goneBy === "check";
      const unconfirmed = async () => good("the alarm was not confirmed any more");
      const check = isShown ? await openCheck(remedy, attempt) : unconfirmed;
      return look(attempt, remedy, { name: "verify gone", faultClass, check, before: {} });
    },
    isGone: async (remedy) => (await (await openCheck(remedy))()).good,
    past: () => past.list(),
  };
}

/** Opens what the pathway looks at, by what raised the incident of the attempt. */
function checkOpener({ pathways, eyes }: Pick<RemediationParts, "pathways" | "eyes">) {
  return (remedy: Remedy, by?: Attempt): Promise<Check> =>
    pathways.acting(remedy.pathway).check(eyes, remedy, by?.incident.signals);
}

function byMeans({ means, found }: Remedy): string {
  return found === undefined ? `by ${means}` : `by ${means} ${found}`;
}

/** What the guards have to know of an attempt later. */
function detailsOf({ incident, number }: Attempt, { pathway, means, amount }: Remedy, rollsBack: boolean) {
  return {
    incident: incident.id,
    attempt: number,
    pathway,
    means,
    ...(amount !== undefined && { amount }),
    ...(rollsBack && { rollsBack: true as const }),
  };
}

/** Who calls whom by the traces; where nobody could say, by the traffic. */
async function callsIn({ surroundings, eyes }: RemediationParts): Promise<Dependencies> {
  return (await surroundings.graph()) ?? dependenciesIn((await eyes.traffic()) ?? []);
}

interface Looked extends Opened {
  /** The step's name and its key. */
  readonly name: "verify" | "verify gone";
  readonly faultClass: string;
}

/** Verification as a step: by the pathway's check and probes, for as long as its alarms need to speak again. */
function createLooking(parts: RemediationParts, { verify, forget, standing }: Judging) {
  const { clock, pathways } = parts;
  return (attempt: Attempt, remedy: Remedy, { name, faultClass, check, before }: Looked): Promise<Proof> => {
    const { scope } = attempt.incident;
    return attempt.flow.step(name, keyOf(attempt, name), async () => {
      forget(scope);
      const window = await windowOf(parts, attempt, remedy, faultClass);
      const probes = pathways.acting(remedy.pathway).verifiedBy;
      const context = { ...parts, target: remedy.target };
      const alarm = (): string | null => standing(scope);
      return verify(gatherEvidence({ check, probes, context, before, alarm }), clock, window);
    });
  };
}

/** How a change that is tried out on one replica is judged: for as long as the whole remedy will be. */
function judgeOf(parts: RemediationParts, { verify }: Judging, attempt: Attempt, remedy: Remedy) {
  const [faultClass = ""] = parts.pathways.acting(remedy.pathway).answers;
  return async (check: Check): Promise<Proof> =>
    verify(check, parts.clock, await windowOf(parts, attempt, remedy, faultClass));
}

/** How long the remedy is looked at, by what raised the incident and at the pace of now. */
async function windowOf(
  { eyes, pathways }: RemediationParts,
  { incident: { signals } }: Attempt,
  remedy: Remedy,
  faultClass: string,
): Promise<Window> {
  const perSecond = await answersPerSecond(eyes, remedy);
  const relapse = { raisedBy: signals.map(({ name }) => name), perSecond, freshMs: ageOf(signals) };
  return windowFor(faultClass, relapse, pathways.acting(remedy.pathway).showsItself);
}

/** What one replica of the target's service answers in a second by now, at the median of those that answer. */
async function answersPerSecond(eyes: Eyes, { target }: Remedy): Promise<number> {
  if (target.scope === "stack") return 0;
  const views = ((await eyes.traffic()) ?? []).filter((view) => view.service === target.service && view.weight > 0);
  const counts = views.map(({ recent }) => recent.length).toSorted((a, b) => a - b);
  return (counts[Math.floor(counts.length / 2)] ?? 0) / (NUMBERS.trafficBackMs / 1000);
}

/** Takes the remedy back when it made things worse; what came of it, in words. */
async function takeBackIfWorse(
  parts: RemediationParts,
  attempt: Attempt,
  remedy: Remedy,
  { worse }: Proof,
): Promise<{ readonly takenBack: boolean; readonly says: readonly string[] }> {
  if (worse !== true) return { takenBack: false, says: [] };
  const carrying = { ...parts, flow: attempt.flow, keyOf: (step: string) => keyOf(attempt, step) };
  const back = await takeBackAll(parts.pathways.acting(remedy.pathway), remedy, carrying);
  if (back === null) return { takenBack: false, says: [`${remedy.pathway} cannot be taken back`] };
  return { takenBack: true, says: [`taken back (${back.outcome}): ${back.says}`] };
}
