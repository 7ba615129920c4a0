// Takes old runs out of a history, one pruner at a time: who prunes is named by the process that it is.

import { keepBy, planPruning, prune, type PruneWish } from "../history/prune.ts";
import { host } from "../platforms/index.ts";
import { ownRef } from "./restore/undoing.ts";

/** What goes by the wish, and is gone where `really`. Throws HarnessError "environment" while somebody else prunes. */
export async function pruneRuns(dir: string, wish: PruneWish, really: boolean): ReturnType<typeof planPruning> {
  const now = new Date();
  const keep = keepBy(wish, now);
  if (!really) return planPruning(dir, keep);
  return prune(dir, keep, { at: now, me: await ownRef(), startTimeOf: host.processes.startTimeOf });
}
