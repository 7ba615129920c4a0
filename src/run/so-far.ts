// What a run came to so far, for whoever shows it while it goes on.

import { dirname } from "node:path";
import { rowsBefore } from "../history/rows-before.ts";
import type { RunUnderway } from "../reporters/reporter.ts";
import { readHistory } from "../store/history.ts";
import { metaOf, trialsIn, type RunSoFar } from "./end-run.ts";
import { concluding, type IntentMeta } from "./finish-run.ts";

/** What of a choice is asked for. */
export type ChosenRun = Parameters<typeof metaOf>[0] & { readonly intents: readonly IntentMeta[] };

/** Reads earlier runs now, before anything is measured, and nothing later. `look` gives the run as it is then. */
export async function openSoFar(choice: ChosenRun, look: () => RunSoFar): Promise<RunUnderway> {
  const { folder, startedAt, done } = look();
  const asked = { runId: choice.runId, suite: choice.suite, startedAt };
  // Whatever is amiss with it is said at the end of the run, which reads it again.
  const past = await rowsBefore(dirname(folder.dir), asked, choice.intents);
  const history = await readHistory(folder.dir);
  return {
    dir: folder.dir,
    ...trialsIn(folder, done),
    *soFar() {
      const trials = [...done.finished];
      const arms = new Map(choice.intents.map(({ id }) => [id, new Set<string>()]));
      for (const { plan } of trials) arms.get(plan.intent)?.add(plan.arm);
      const begun = choice.intents.flatMap((intent) => {
        const seen = intent.arms.filter((arm) => arms.get(intent.id)?.has(arm) === true);
        return seen.length === 0 ? [] : [{ ...intent, arms: seen }];
      });
      // What has not ended yet is neither missing nor gone.
      const baseline = past.baseline.filter(({ intent }) => begun.some(({ id }) => id === intent));
      const meta = { ...metaOf(choice, look()), planned: trials.length };
      return yield* concluding(meta, begun, { trials, history, past: { rows: past.rows, baseline } });
    },
  };
}
