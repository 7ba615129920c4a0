// What changed since the baseline, in every report: the same lines, what weighs most first.

import { describe, expect, it } from "vitest";
import type { Changes } from "../../../src/records/results/changes.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { columnsOf, visible } from "../../../src/report/text.ts";
import { wordsOf } from "../../builders/committed-samples.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { hostile, sampleRun } from "../../builders/sample-run.ts";
import { readXml } from "../../support/xml-reader.ts";

const changes: Changes = {
  baseline: "20261121-020000-aaaa",
  changes: [
    { intent: "process/replica-kill", kind: "quicker", says: "MTTR 6.1 s, 9.8 s before" },
    { intent: "data/vector-index-corruption", kind: "new-failure", says: `passed 9 of 9 before; ${hostile}` },
    { intent: "gone/long-ago", kind: "gone", says: "in the baseline, not in this run" },
  ],
  timesNotCompared: "Times were not compared: of 2 intents, too few trials: it takes 6 on each side.",
};
const run = { ...sampleRun().run, changes };
const held = "Held against 20261121-020000-aaaa; times against the 90 days before.";
const plain = (text: string): string => text.replaceAll("\\", "").replaceAll(/\s+/g, " ");

describe("changes in reports", () => {
  it("stand on the page, on the terminal and in the summary, what weighs most first", async () => {
    const page = wordsOf(await renderHtml(run, []));
    for (const text of [page, renderConsoleTable(run, "r", 100), renderSummary(run)].map(plain)) {
      expect(text).toContain(held);
      expect(text).toContain("it takes 6 on each side");
      const inOrder = ["new failure", "in the baseline, not in this run", "MTTR 6.1 s, 9.8 s before"];
      const at = inOrder.map((words) => text.indexOf(words, text.indexOf(held)));
      expect(at.every((index) => index > 0)).toBe(true);
      expect(at).toEqual(at.toSorted((a, b) => a - b));
    }
  });

  it("stand on the page after the map and before what is worst and the score", async () => {
    const html = await renderHtml(run, []);
    const at = ["<main", ...["matrix", "changes", "worst", "scorecard", "intents"].map((id) => `<h2 id="${id}"`)];
    expect(at.map((text) => html.indexOf(text)).filter((index) => index < 0)).toEqual([]);
    expect(at.toSorted((a, b) => html.indexOf(a) - html.indexOf(b))).toEqual(at);
  });

  it("that nobody could look for are said to be so, on the page, on the terminal, in the summary and in JUnit", async () => {
    const first = {
      ...run,
      changes: { baseline: null, changes: [{ intent: "a/b", kind: "new" as const, says: "why" }] },
    };
    const page = wordsOf(await renderHtml(first, []));
    for (const text of [page, renderConsoleTable(first, "r", 100), renderSummary(first), renderJunit(first)].map(
      plain,
    )) {
      expect(text).toContain("There is no earlier run to hold this one against.");
      expect(text).not.toContain("why");
    }
  });

  it("are harmless whatever they say, and no wider than the terminal", () => {
    const text = renderConsoleTable(run, "r", 60);
    expect(text).not.toContain("\u001b");
    const lines = text.split("\n");
    const from = lines.indexOf("changed since the baseline");
    for (const line of lines.slice(from, lines.indexOf("", from))) {
      const words = line.trim().split(" ");
      expect(words.length === 1 || columnsOf(line) <= 60 || words.some((word) => columnsOf(word) > 40)).toBe(true);
    }
    const summary = renderSummary(run);
    expect(summary).not.toMatch(/(^|[^\\])[<`[]/m);
    expect(summary).toContain("- **new failure:** data/vector-index-corruption: passed 9 of 9 before;");
  });

  it("are in the output of their case in JUnit, and what has no case in that of the suite", () => {
    const suite = readXml(renderJunit(run)).children[0];
    const outputOf = (name: string): string =>
      suite?.children
        .find(({ attributes }) => attributes["name"] === name)
        ?.children.find((child) => child.name === "system-out")?.text ?? "";
    expect(outputOf("replica-kill")).toContain("changed since the baseline, quicker: MTTR 6.1 s, 9.8 s before");
    const says = visible(`changed since the baseline, new failure: passed 9 of 9 before; ${hostile}`);
    expect(outputOf("vector-index-corruption")).toContain(says);
    expect(outputOf("traffic-bump")).not.toContain("changed since");
    const whole = suite?.children.find(({ name }) => name === "system-out")?.text ?? "";
    expect(whole).toContain(`changed since the baseline: ${held}`);
    expect(whole).toContain("gone/long-ago: changed since the baseline, gone: in the baseline, not in this run");
    expect(whole).not.toContain("quicker");
  });

  it("say so where nothing changed", () => {
    const { timesNotCompared: _none, ...compared } = changes;
    const same = { ...run, changes: { ...compared, changes: [] } };
    for (const text of [renderConsoleTable(same, "r", 100), renderSummary(same), renderJunit(same)])
      expect(plain(text)).toContain(`${held} Nothing changed.`);
  });
});
