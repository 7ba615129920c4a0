// Earlier runs beside this one: read for freshness, bounded, and never a reason to fail.

import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readHistory } from "../../../src/store/history.ts";
import { times, scoredIntents, scoredTrial } from "../../builders/scored-trial.ts";
import { sampleRun } from "../../builders/sample-run.ts";

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "rebound-history-"));
});
afterEach(() => rm(out, { recursive: true, force: true }));

async function put(name: string, content: unknown): Promise<void> {
  await mkdir(join(out, name));
  await writeFile(join(out, name, "run.json"), typeof content === "string" ? content : JSON.stringify(content));
}

const trials = [
  ...times(1),
  scoredTrial({ intent: "data/other", by: "restore-index", late: true }),
  scoredTrial({ intent: "control/calm", arm: "placebo" }),
];
const run = { ...sampleRun().run, intents: scoredIntents(trials) };

describe("the history", () => {
  it("knows which pathways earlier runs had counted trials of, and leaves the run itself out", async () => {
    await put("earlier", { ...run, runId: "earlier" });
    await put("now", run);
    await symlink("earlier", join(out, "latest"), "dir");
    await mkdir(join(out, "under-way"));
    const history = await readHistory(join(out, "now"));
    expect(history.unread).toEqual([]);
    expect(history.runs).toEqual([
      {
        runId: "earlier",
        endedAt: run.endedAt,
        pathways: [
          { target: "reference-ai-stack", pathway: "restart-replica", faults: ["process.kill"] },
          { target: "reference-ai-stack", pathway: "hold", faults: ["process.kill"] },
        ],
      },
    ]);
  });

  it("reads runs that were written before there was a scorecard", async () => {
    const { scorecard: _new, ...old } = run;
    await put("old", { ...old, somethingOfOld: 1 });
    expect((await readHistory(join(out, "now"))).runs).toHaveLength(1);
  });

  it("names a run that does not tell which faults it tried, and keeps what it does tell", async () => {
    const bare = trials.map(({ plan: { disturbances: _later, ...plan }, ...trial }) => ({ ...trial, plan }));
    await put("old", { ...run, intents: [{ target: "reference-ai-stack", trials: bare }] });
    const { runs, unread } = await readHistory(join(out, "now"));
    expect(unread).toEqual(["old: it does not tell which faults its trials had"]);
    expect(runs[0]?.pathways.map(({ pathway, faults }) => [pathway, faults])).toEqual([
      ["restart-replica", []],
      ["hold", []],
    ]);
  });

  it.each([
    ["half a file", "{"],
    ["another shape", { runId: "x", endedAt: "2026-11-22T00:00:00Z" }],
    ["no time", { ...run, endedAt: "yesterday" }],
  ])("lists a run with %s instead of failing", async (_name, content) => {
    await put("broken", content);
    await put("fine", run);
    const history = await readHistory(join(out, "now"));
    expect(history.runs).toHaveLength(1);
    expect(history.unread).toHaveLength(1);
    expect(history.unread[0]).toMatch(/^broken: ./);
  });

  it("reads at most thirty runs, the newest first", async () => {
    for (let day = 1; day <= 34; day += 1) {
      await put(`run-${day}`, { ...run, runId: `run-${day}` });
      await utimes(join(out, `run-${day}`, "run.json"), day, day);
    }
    const { runs, unread } = await readHistory(join(out, "now"));
    expect(unread).toEqual(["run-4, run-3, run-2 and 1 more: only the 30 newest runs are read"]);
    expect(runs.map(({ runId }) => runId)).toEqual(Array.from({ length: 30 }, (_, at) => `run-${34 - at}`));
  });

  it("is empty where there is nothing to read", async () => {
    expect(await readHistory(join(out, "nowhere", "run"))).toEqual({ runs: [], unread: [] });
  });
});
