// Asks the history for what stands beside a result: whatever is wrong with it, a run is judged and reported without it.

import { HarnessError, messageOf } from "../core/errors.ts";
import { openHistory, type OpenHistory } from "./open-history.ts";
import { historyDirOf } from "./rows-file.ts";

/** Of a run, what tells its own rows from those of earlier ones. */
export interface RunAsked {
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Runs that it was put together from: they are of tonight. */
  readonly parts?: readonly { readonly runId: string }[] | undefined;
}

/** Ids of the run and of its parts. */
export function ownRuns(run: RunAsked): ReadonlySet<string> {
  return new Set([run, ...(run.parts ?? [])].map(({ runId }) => runId));
}

/**
 * Asks the history beside the runs of `outDir`. Never rejects: `nothing` where there is none yet, and where it cannot
 * be read, which `note` hears as all else that is amiss, a sentence each.
 */
export async function askHistory<Answer>(
  outDir: string,
  nothing: Answer,
  note: (says: string) => void,
  ask: (history: OpenHistory) => Promise<Answer>,
): Promise<Answer> {
  try {
    using history = await openHistory(historyDirOf(outDir), note);
    return await ask(history);
  } catch (thrown) {
    // There is none yet.
    if (thrown instanceof HarnessError && thrown.code === "bad-input") return nothing;
    note(`the history was not asked: ${messageOf(thrown)}`);
    return nothing;
  }
}
