// Pathway × fault: who was tried against what, and how often it recovered by it.

import { describe, expect, it } from "vitest";
import type { TrialResult } from "../../../../src/records/results/trial-result.ts";
import type { Matrix } from "../../../../src/records/results/matrix.ts";
import { clopperPearson } from "../../../../src/measure/statistics/clopper-pearson.ts";
import type { History } from "../../../../src/core/scorecard.ts";
import { scoreRun } from "../../../../src/verdict/score/matrix.ts";
import { scoredIntents, scoredTrial, times } from "../../../builders/scored-trial.ts";

const endedAt = "2026-11-25T12:00:00.000Z";
const target = "reference-ai-stack";

function by(trial: TrialResult, ...faults: readonly string[]): TrialResult {
  const [first] = trial.plan.disturbances;
  if (first === undefined) throw new Error("the sample disturbs nothing");
  return { ...trial, plan: { ...trial.plan, disturbances: faults.map((fault) => ({ ...first, fault })) } };
}

function matrixOfTrials(trials: readonly TrialResult[], history: History = { runs: [], unread: [] }): Matrix {
  const intents = scoredIntents(trials);
  const matrix = scoreRun(intents, endedAt, history)?.matrix;
  if (matrix === undefined) throw new Error("no matrix");
  return matrix;
}

const cellOf = ({ cells }: Matrix, pathway: string, fault: string) =>
  cells.find((cell) => cell.pathway === pathway && cell.fault === fault);

describe("a pair of pathway and fault", () => {
  const slow = (index: number, acted?: string) =>
    by(scoredTrial({ intent: "network/slow", index, ...(acted !== undefined && { acted }) }), "network.latency");
  const matrix = matrixOfTrials([
    ...times(3),
    scoredTrial({ index: 4, recovery: "not-recovered" }),
    scoredTrial({ index: 5, late: true }),
    ...times(2, { arm: "ablation" }),
    slow(1),
    slow(2, "clear-cache"),
    scoredTrial({ intent: "control/calm", arm: "placebo" }),
  ]);

  it("has the rate of its treatment trials alone, with an exact interval", () => {
    expect(cellOf(matrix, "restart-replica", "process.kill")).toMatchObject({
      recovered: 3,
      of: 4,
      untold: 1,
      byOther: 0,
      interval: { ...clopperPearson(3, 4), confidence: 0.95 },
      mttr: { n: 4 },
      intents: ["process/replica-kill"],
      newest: endedAt,
    });
  });

  it("does not count what another pathway recovered", () => {
    expect(cellOf(matrix, "restart-replica", "network.latency")).toMatchObject({ recovered: 1, byOther: 1, of: 2 });
  });

  it("counts for hold the trials in which nothing was to be repaired", () => {
    expect(cellOf(matrix, "hold", "process.kill")).toMatchObject({ recovered: 1, of: 1, attribution: [] });
  });

  it("has no cell when it was never tried, so that it shows as a hole", () => {
    expect(matrix.faults).toEqual(["network.latency", "process.kill"]);
    expect(cellOf(matrix, "restore-index", "process.kill")).toBeUndefined();
  });

  it("is named by all faults of a trial, without what changes nothing", () => {
    const two = matrixOfTrials([by(scoredTrial(), "process.kill", "load.change")]);
    expect(two.faults).toEqual(["load.change + process.kill"]);
  });

  it("keeps the date of an earlier run's evidence, and no rate", () => {
    const past = (ended: string) => ({
      runId: ended,
      endedAt: ended,
      pathways: [{ target, pathway: "restore-index", faults: ["index.corruption"] }],
    });
    const [newer, older] = ["2026-11-22T12:00:00.000Z", "2026-11-02T12:00:00.000Z"];
    const again = matrixOfTrials(times(1), { runs: [past(newer), past(older)], unread: [] });
    const cell = cellOf(again, "restore-index", "index.corruption");
    expect(cell).toMatchObject({ recovered: 0, of: 0, untold: 0, newest: newer, intents: [] });
    expect(cell?.interval).toBeUndefined();
  });

  it("knows nothing of runs that ended after it, also when it is judged again among them", () => {
    const past = (ended: string, fault: string) => ({
      runId: ended,
      endedAt: ended,
      pathways: [{ target, pathway: "restore-index", faults: [fault] }],
    });
    const [before, after] = ["2026-11-22T12:00:00.000Z", "2026-11-25T12:00:00.001Z"];
    const runs = [past(before, "index.corruption"), past(after, "index.corruption"), past(after, "index.stale")];
    const again = matrixOfTrials(times(1), { runs, unread: [] });
    expect(again.faults).toEqual(["index.corruption", "process.kill"]);
    expect(cellOf(again, "restore-index", "index.corruption")).toMatchObject({ newest: before });
  });
});
