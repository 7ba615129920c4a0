// What a run came to so far: what has not ended yet is neither missing nor gone.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { atOnce } from "../../../src/core/steps.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { appendRows, historyDirOf } from "../../../src/history/rows-file.ts";
import { nothingDone } from "../../../src/run/run-trials.ts";
import { openSoFar } from "../../../src/run/so-far.ts";
import { historyRowsOf } from "../../../src/verdict/history-rows.ts";
import { sampleRun } from "../../builders/sample-run.ts";

test("only what has ended counts, whatever was planned and whatever earlier runs had", async () => {
  const out = await mkdtemp(join(tmpdir(), "so-far-"));
  await using folder = { dir: join(out, "now"), [Symbol.asyncDispose]: () => rm(out, { recursive: true }) };
  const { run } = sampleRun();
  const earlier = { ...run, runId: "earlier", suite: "smoke", startedAt: "2026-01-01T00:00:00.000Z" };
  await appendRows(historyDirOf(out), historyRowsOf(earlier));
  const intents = run.intents.map(({ intent, ...meta }) => ({ ...meta, id: intent }));
  const plans = run.intents.flatMap(({ trials }) => trials.map(({ plan }) => plan));
  const choice = { runId: "now", suite: "smoke", seed: 1, intents, plans };
  const done = nothingDone();
  const { machine } = run;
  const startedAt = "2026-01-02T00:00:00.000Z";
  const { soFar } = await openSoFar(choice, () => ({ folder: { ...folder, runId: "now" }, startedAt, machine, done }));
  expect(atOnce(soFar())).toMatchObject({ intents: [], planned: 0, interrupted: false, triage: [] });
  expect(atOnce(soFar()).changes).toMatchObject({ changes: [] });

  const first = run.intents[0]?.trials[0];
  if (first === undefined) throw new Error("the sample has no trial");
  done.finished.push(digestOf(first));
  const one = atOnce(soFar());
  expect(intents[0]?.arms).toEqual(["treatment", "ablation"]);
  expect(one.intents.map(({ intent, arms, outcome }) => [intent, arms, outcome])).toEqual([
    [first.plan.intent, ["treatment"], "pass"],
  ]);
  expect([one.outcome, one.planned, one.triage]).toEqual(["pass", 1, []]);
  expect(one.changes?.changes.map(({ kind }) => kind)).not.toContain("gone");

  // In pieces, one for each intent at least, and what ends between two of them is not in it.
  const intentsDone = run.intents.flatMap(({ trials }) => trials.slice(0, 1));
  done.finished.push(...intentsDone.slice(1).map((trial) => digestOf(trial)));
  const steps = soFar();
  let pieces = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) {
    pieces += 1;
    done.finished.push(digestOf(first));
  }
  expect(pieces).toBeGreaterThan(intentsDone.length);
  expect([intentsDone.length > 1, step.value.planned]).toEqual([true, intentsDone.length]);
});
