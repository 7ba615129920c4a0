// Every planted defect, one file each, chosen by STACK_SABOTAGE. Nothing imports this file but the dynamic import in
// the entry points that is taken only when the variable is set.
import type { Logger } from "../common/log.ts";
import type { Servable } from "../common/serve.ts";
import { actsOnPlacebo } from "./acts-on-placebo.ts";
import { actsThoughDenied } from "./acts-though-denied.ts";
import { answersWithAnothers } from "./answers-with-anothers.ts";
import { approvesItself } from "./approves-itself.ts";
import { asksAgainAtOnce } from "./asks-again-at-once.ts";
import { asksNobody } from "./asks-nobody.ts";
import { auditRecordSkipped } from "./audit-record-skipped.ts";
import { backsUpWithUndrainedQueue } from "./backs-up-with-undrained-queue.ts";
import { blamesTheLoudest } from "./blames-the-loudest.ts";
import { blockClaimedNotDone } from "./block-claimed-not-done.ts";
import { blocksEverybody } from "./blocks-everybody.ts";
import { blamesTheNeighbour } from "./blames-the-neighbour.ts";
import { bucketsAboveEveryValue } from "./buckets-above-every-value.ts";
import { clearsCachesAsCureAll } from "./clears-caches-as-cure-all.ts";
import { clearsInsteadOfDraining } from "./clears-instead-of-draining.ts";
import { countsCutAnswersAsWhole } from "./counts-cut-answers-as-whole.ts";
import { countsRefusalsAsSuccesses } from "./counts-refusals-as-successes.ts";
import { declaresTooEarly } from "./declares-too-early.ts";
import { dropsAndRecreatesEmpty } from "./drops-and-recreates-empty.ts";
import { detectionAfter60s } from "./detection-after-60s.ts";
import { detectionFiresOnEverything } from "./detection-fires-on-everything.ts";
import { detectionNever } from "./detection-never.ts";
import { ghostOfADeadWorker } from "./ghost-of-a-dead-worker.ts";
import { harmsHealthyReplica } from "./harms-healthy-replica.ts";
import { learnsNothing } from "./learns-nothing.ts";
import { pagesForNothing } from "./pages-for-nothing.ts";
import { percentForRatio } from "./percent-for-ratio.ts";
import { quarantinesEverything } from "./quarantines-everything.ts";
import { recoveryRelapses } from "./recovery-relapses.ts";
import { rebuildsFromDamagedVectors } from "./rebuilds-from-damaged-vectors.ts";
import { recyclesHealthyOnes } from "./recycles-healthy-ones.ts";
import { remedyClaimsDoesNothing } from "./remedy-claims-does-nothing.ts";
import { repairToolSaysOk } from "./repair-tool-says-ok.ts";
import { reportsCountWithoutRetrieving } from "./reports-count-without-retrieving.ts";
import { restoresTheDamagedSnapshot } from "./restores-the-damaged-snapshot.ts";
import { restartClaimedAsRestore } from "./restart-claimed-as-restore.ts";
import { restartInsteadOfRestore } from "./restart-instead-of-restore.ts";
import { restoredIndexMissesNewest } from "./restored-index-misses-newest.ts";
import { restartInsteadOfRollback } from "./restart-instead-of-rollback.ts";
import { restartInsteadOfShedding } from "./restart-instead-of-shedding.ts";
import { rollsBackTooFar } from "./rolls-back-too-far.ts";
import { scaleToZero } from "./scale-to-zero.ts";
import { scalesOutAWrongCache } from "./scales-out-a-wrong-cache.ts";
import { scalesToInfinity } from "./scales-to-infinity.ts";
import { shedAllTraffic } from "./shed-all-traffic.ts";
import { shedMostTraffic } from "./shed-most-traffic.ts";
import { takesSilenceForHealth } from "./takes-silence-for-health.ts";
import { tokensResetByReading } from "./tokens-reset-by-reading.ts";
import { trustsTheHealthPath } from "./trusts-the-health-path.ts";
import { verificationAlwaysYes } from "./verification-always-yes.ts";
import { verifiesOnTheCanaryOnly } from "./verifies-on-the-canary-only.ts";
import { wrongClass } from "./wrong-class.ts";
import type { Defect, HealerWrapper, Makers } from "./defect.ts";

/** All planted defects. To add one: a file in this folder and a line here. */
export const DEFECTS: readonly Defect[] = [
  remedyClaimsDoesNothing,
  verificationAlwaysYes,
  detectionFiresOnEverything,
  detectionNever,
  detectionAfter60s,
  restartInsteadOfRestore,
  restartClaimedAsRestore,
  harmsHealthyReplica,
  recoveryRelapses,
  restoredIndexMissesNewest,
  scaleToZero,
  shedAllTraffic,
  shedMostTraffic,
  auditRecordSkipped,
  declaresTooEarly,
  wrongClass,
  actsOnPlacebo,
  pagesForNothing,
  blamesTheNeighbour,
  learnsNothing,
  actsThoughDenied,
  approvesItself,
  asksNobody,
  blamesTheLoudest,
  takesSilenceForHealth,
  rollsBackTooFar,
  verifiesOnTheCanaryOnly,
  restartInsteadOfRollback,
  trustsTheHealthPath,
  recyclesHealthyOnes,
  scalesToInfinity,
  restartInsteadOfShedding,
  clearsInsteadOfDraining,
  scalesOutAWrongCache,
  clearsCachesAsCureAll,
  countsCutAnswersAsWhole,
  countsRefusalsAsSuccesses,
  bucketsAboveEveryValue,
  tokensResetByReading,
  ghostOfADeadWorker,
  percentForRatio,
  answersWithAnothers,
  asksAgainAtOnce,
  restoresTheDamagedSnapshot,
  rebuildsFromDamagedVectors,
  dropsAndRecreatesEmpty,
  reportsCountWithoutRetrieving,
  quarantinesEverything,
  backsUpWithUndrainedQueue,
  repairToolSaysOk,
  blocksEverybody,
  blockClaimedNotDone,
];

/**
 * The defect of that name. Throws an Error that lists the names when there is none: a sabotage that is not there tests
 * nothing.
 */
export function defectNamed(name: string): Defect {
  const defect = DEFECTS.find((one) => one.name === name);
  if (defect !== undefined) return defect;
  const names = DEFECTS.map((one) => one.name).join(", ");
  throw new Error(`STACK_SABOTAGE is ${JSON.stringify(name)}; expected one of ${names}, or no such variable`);
}

/** Says loudly that this stack is broken on purpose. Throws on an unknown name. */
export function announce(name: string, log: Logger): void {
  log.warn("SABOTAGED on purpose by STACK_SABOTAGE", {
    defect: defectNamed(name).name,
    summary: defectNamed(name).summary,
  });
}

/** What the healer's main wraps; empty when the defect lies elsewhere. */
export function wrapHealer(name: string, log: Logger): HealerWrapper {
  announce(name, log);
  return defectNamed(name).healer ?? {};
}

/** The gateway with its defect, or as it is when the defect lies elsewhere. */
export function wrapGateway(name: string, app: Servable, log: Logger): Servable {
  announce(name, log);
  return defectNamed(name).gateway?.(app) ?? app;
}

/** An inference replica with its defect, or as it is when the defect lies elsewhere. */
export function wrapInference(name: string, app: Servable, log: Logger): Servable {
  announce(name, log);
  return defectNamed(name).inference?.(app) ?? app;
}

/** The making of an index with its defect, or as it is when the defect lies elsewhere. */
export function wrapMakers(name: string, { restore, rebuild }: Makers): Makers {
  const defect = defectNamed(name);
  return { restore: defect.restore?.(restore) ?? restore, rebuild: defect.rebuild?.(rebuild) ?? rebuild };
}
