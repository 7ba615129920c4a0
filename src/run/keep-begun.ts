// Writes down what a run is about to do, so that it can be judged and shown even if it is killed before it can write
// its results.

import type { RunResult } from "../records/results/run-result.ts";
import { writeBegun } from "../store/begun.ts";
import { readText } from "../store/read-experiments.ts";
import type { RunFolder } from "../store/run-folder.ts";
import { thisHarness } from "./finish-run.ts";
import type { Choice } from "./choose.ts";

interface Beginning {
  readonly choice: Choice;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly machine: RunResult["machine"];
}

/**
 * May be called again, when more is known of the machine. Throws HarnessError "environment" when the folder takes no
 * files.
 */
export async function keepBegun(folder: RunFolder, { choice, startedAt, machine }: Beginning): Promise<void> {
  const { runId, suite, seed, plans, shard } = choice;
  const intents = await Promise.all(
    choice.intents.map(async ({ id, title, belief, target, arms, file, weaknesses }) => ({
      schemaVersion: 1 as const,
      id,
      title,
      belief,
      target,
      arms: [...arms],
      file,
      source: await readText(file),
      ...(weaknesses && { weaknesses }),
    })),
  );
  const begun = { runId, suite, startedAt, seed, planned: plans.length, machine, harness: thisHarness() };
  const ofShard = shard && { shard };
  await writeBegun(folder, { schemaVersion: 1, ...begun, ...ofShard, intents: intents.map(({ id }) => id) }, intents);
}
