// What the healer's incidents came to, in every report: right below the verdict, and never 0 for what nobody saw.

import { describe, expect, it } from "vitest";
import type { IncidentSummary } from "../../../src/records/results/incidents.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { incidentsText } from "../../../src/report/incidents-model.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { columnsOf } from "../../../src/report/text.ts";
import { wordsOf } from "../../builders/committed-samples.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { sampleRun } from "../../builders/sample-run.ts";
import { readXml } from "../../support/xml-reader.ts";

const incidents: IncidentSummary = {
  trials: 3,
  unheard: 1,
  incidents: 4,
  alone: 2,
  tell: 3,
  pages: 1,
  alerts: 6,
  lasted: { medianMs: 4900, shortestMs: 1200, longestMs: 30_000, open: 1 },
};
const line =
  "Incidents: 2 of 3 resolved without a person; 0.25 pages and 1.5 alerts an incident; duration 4.9 s (median), " +
  "from 1.2 s to at least 30.0 s; 1 not over at the end, counted as longer. Incidents of 1 other trial were not observed.";
const { run: sample, records } = sampleRun();
const run = { ...sample, incidents };

describe("incidents in reports", () => {
  it("stand on the page between the verdict and everything else, each figure that of run.json", async () => {
    const html = await renderHtml(run, records);
    const page = wordsOf(html);
    const inOrder = ["A belief did not hold", "Resolved without a person", "Worst findings"].map((it) =>
      page.indexOf(it),
    );
    expect(inOrder.every((at) => at > 0)).toBe(true);
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    expect(page).toMatch(/Resolved without a person ?2 of 3 ?66\.7 % of 3 incidents/);
    expect(page).toMatch(/Pages and alerts an incident ?0\.25 and 1\.5 ?1 page and 6 alerts in 4 incidents/);
    expect(html).toContain('<span data-run="incidents.lasted.medianMs" data-value="4900">4.9 s</span>');
    expect(page).toContain("1 not over at the end, counted as longer");
    expect(page).toContain("Incidents of 1 other trial were not observed.");
  });

  it("are one sentence on the terminal, in the summary and in JUnit", () => {
    expect(incidentsText(run)).toBe(line);
    expect(renderConsoleTable(run, "r", 400)).toContain(`\n${line}\n`);
    expect(renderSummary(run).replaceAll("\\", "")).toContain(`\n${line}\n`);
    const output = readXml(renderJunit(run)).children[0]?.children.find(({ name }) => name === "system-out");
    expect(output?.text).toContain(line);
    const lines = renderConsoleTable(run, "r", 60).split("\n");
    const from = lines.findIndex((text) => text.startsWith("Incidents: "));
    const told = lines.slice(
      from,
      lines.findIndex((text) => text.startsWith("✗ fail  A belief")),
    );
    expect(told.length).toBeGreaterThan(2);
    for (const text of told) expect(columnsOf(text)).toBeLessThanOrEqual(60);
  });

  it("are no median, no range and no fraction of one incident that nobody was called for", async () => {
    const lasted = { medianMs: 4768, shortestMs: 4768, longestMs: 4768, open: 0 };
    const one = { ...run, incidents: { ...incidents, incidents: 1, pages: 0, alerts: 0, lasted } };
    const page = wordsOf(await renderHtml(one, records));
    expect(page).toMatch(/Pages and alerts ?none ?0 pages and 0 alerts in 1 incident/);
    expect(page).toMatch(/Duration of incidents ?4\.8 s ?from detected to closed/);
    expect(incidentsText(one)).toContain("; duration 4.8 s, from detected to closed.");
    const open = { ...one, incidents: { ...one.incidents, lasted: { longestMs: 6328, open: 1 } } };
    expect(incidentsText(open)).toContain(
      "duration longer than watched, not over when watching ended, 6.3 s after it was detected.",
    );
  });

  it("say what was not observed, and show no figure of it", async () => {
    const none = { trials: 0, unheard: 2, incidents: 0, alone: 0, tell: 0, pages: 0, alerts: 0 };
    const unheard = { ...run, incidents: none };
    expect(incidentsText(unheard)).toBe(
      "Incidents: not observed, since no trial had a feed that was heard to the end.",
    );
    const html = await renderHtml(unheard, records);
    expect(wordsOf(html)).toContain("Incidents: not observed");
    expect(html).not.toContain('data-run="incidents.');
    expect(incidentsText({ ...run, incidents: { ...none, unheard: 0 } })).toContain(
      "no trial with the fault and the whole",
    );
    expect(incidentsText({ ...run, incidents: { ...none, trials: 2, unheard: 0 } })).toBe(
      "Incidents: none was detected in 2 trials with the fault.",
    );
    expect(incidentsText({ ...run, incidents: { ...incidents, tell: 0, alone: 0 } })).toContain(
      "whether one was resolved was not observed; ",
    );
  });

  it("are absent in runs of before they were kept", async () => {
    const { incidents: _none, ...older } = run;
    expect(incidentsText(older)).toBeUndefined();
    expect(await renderHtml(older, records)).not.toContain("Resolved without a person");
    expect(renderSummary(older)).not.toContain("ncidents");
  });
});
