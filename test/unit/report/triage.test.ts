// Triage in every report: the same lines, what weighs most first, and nothing where nothing was triaged.

import { describe, expect, it } from "vitest";
import type { Triage } from "../../../src/records/results/triage.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { columnsOf, visible } from "../../../src/report/text.ts";
import { triageLines, triageModel } from "../../../src/report/triage-model.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { hostile, sampleRun } from "../../builders/sample-run.ts";
import { readXml } from "../../support/xml-reader.ts";

const intent = "data/vector-index-corruption";
const treatment = (n: number, kind: Triage["kind"], says: string): Triage => ({
  intent,
  arm: "treatment",
  n,
  kind,
  says,
});
const triage: readonly Triage[] = [
  treatment(1, "known-weakness", "declared"),
  ...[2, 3, 4, 5].map((n) => treatment(n, "regression", "passed 9 of 9 before")),
  { intent: "control/traffic-bump", kind: "not-run", says: hostile },
];
const run = { ...sampleRun().run, triage };

describe("triage in reports", () => {
  it("has a line for all trials of which the same is said, what weighs most first", () => {
    expect(triageLines(run).map(({ word, trials }) => `${word}: ${trials}`)).toEqual([
      "regression: treatment-2, treatment-3, treatment-4 and 1 more",
      "not run: ",
      "known weakness: treatment-1",
    ]);
    expect(triageModel(run)?.says).toContain("4 regression, 1 not run, 1 known weakness");
  });

  it("stands on the page, on the terminal and in the summary, harmless whatever it says", async () => {
    const html = await renderHtml(run, []);
    expect(html).toContain('<th scope="row" role="rowheader">regression</th>');
    expect(html).not.toContain("<script>alert");
    for (const text of [renderConsoleTable(run, "r", 100), renderSummary(run)]) {
      expect(text).toContain("passed 9 of 9 before");
      expect(text).not.toContain("\u001b");
    }
    const lines = renderConsoleTable(run, "r", 100).split("\n");
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(100);
  });

  it("is part of the message of its case in JUnit, and of no other case", () => {
    const cases = readXml(renderJunit(run)).children[0]?.children ?? [];
    const messages = cases.map(({ children }) => children[0]?.attributes["message"] ?? "");
    expect(messages[1]).toContain(
      "[triage: regression: treatment-2, treatment-3, treatment-4 and 1 more: passed 9 of 9 before (and 1 other line)]",
    );
    expect(messages[2]).toContain(`[triage: not run: ${visible(hostile)}]`);
    expect(messages[3]).not.toContain("[triage");
    expect(cases[1]?.children[0]?.text).toContain("triage, known weakness: treatment-1: declared");
  });

  it("is silent where everything passed, and in runs of before there was triage", async () => {
    const { run: before } = sampleRun();
    expect([triageModel(before), triageModel({ ...before, triage: [] })]).toEqual([null, null]);
    expect(await renderHtml(before, [])).not.toContain('id="triage"');
    expect(renderConsoleTable(before, "r", 100)).not.toContain("triage");
  });
});
