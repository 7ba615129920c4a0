// The map of pathways and faults on the page: evidence, holes, and what was tried without an answer.

import { describe, expect, it } from "vitest";
import { matrixModel } from "../../../src/report/matrix-model.ts";
import { scoreRun } from "../../../src/verdict/score/matrix.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { sampleRun } from "../../builders/sample-run.ts";
import { scoredIntents, scoredTrial, times } from "../../builders/scored-trial.ts";

const intents = scoredIntents([
  ...times(3),
  scoredTrial({ index: 4, recovery: "not-recovered" }),
  scoredTrial({ intent: "data/other", by: "restore-index", late: true }),
]);
const past = {
  runId: "earlier",
  endedAt: "2026-11-22T12:00:00.000Z",
  pathways: [{ target: "reference-ai-stack", pathway: "roll-out-patch", faults: ["model.rollout"] }],
};
const history = { runs: [past], unread: [] };
const card = scoreRun(intents, "2026-11-25T12:00:00.000Z", history);
const model = matrixModel(
  card,
  intents.map(({ intent }) => intent),
);

describe("the map", () => {
  it("shows in each place evidence, a trial without an answer, the age of an earlier run, or a hole", () => {
    const row = (pathway: string) => model?.rows.find((one) => one.pathway === pathway)?.cells;
    expect(model?.faults).toEqual(["model.rollout", "process.kill"]);
    expect(row("restart-replica")).toMatchObject([{ kind: "hole" }, { kind: "some", text: "3/4" }]);
    expect(row("restore-index")).toMatchObject([{ kind: "hole" }, { kind: "untold", text: "?" }]);
    expect(row("roll-out-patch")).toMatchObject([{ kind: "earlier", text: "3 days" }, { kind: "hole" }]);
    expect(model?.says).toBe(
      "10 pairs: 1 with evidence in this run, 1 tried and not judged, 1 in an earlier run only, 7 without evidence. " +
        "Not every pathway answers every fault.",
    );
  });

  it("says that there is no evidence, not that nothing was tried, and names the runs that were not read", async () => {
    const unread = ["<b>old</b>: half a file", ...Array.from({ length: 6 }, (_, at) => `run-${at}: too large`)];
    const scorecard = scoreRun(intents, "2026-11-25T12:00:00.000Z", { runs: [], unread });
    const html = await renderHtml({ ...sampleRun().run, intents, ...(scorecard && { scorecard }) }, []);
    expect(html).not.toContain("never tried");
    expect(html).toContain("no evidence");
    expect(html).toContain(
      "Evidence may lie in earlier runs that were not read whole: &lt;b&gt;old&lt;/b&gt;: half a file; run-0: too large; " +
        "run-1: too large; run-2: too large; run-3: too large; and 2 more.",
    );
  });

  it("leads from each place to its row, and from the row to the intents that tried it", async () => {
    const html = await renderHtml({ ...sampleRun().run, intents, ...(card && { scorecard: card }) }, []);
    const links = [...html.matchAll(/<td class="(?:all|some|none|untold)"><a href="#([^"]+)">/g)].map(([, to]) => to);
    expect(links).toHaveLength(2);
    for (const to of links) expect(html).toContain(`<tr role="row" id="${to}">`);
    expect(html).toContain('<a href="#intent-0">process/replica-kill</a>');
    expect(html.match(/<td class="hole">/g)).toHaveLength(7);
  });

  it("is not there for a run that was written before there was one", async () => {
    const { scorecard: _none, ...run } = sampleRun().run;
    expect(await renderHtml(run, [])).not.toContain('id="matrix"');
  });
});
