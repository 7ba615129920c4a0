// Errors and blind looks by word, in every report: the same figures, bounded, and deaf to what the words try to do.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrialFacts } from "../../../src/records/facts/facts.ts";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { intentReasons, trialReasons } from "../../../src/report/reasons.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { columnsOf } from "../../../src/report/text.ts";
import { hostileRuns } from "../../builders/hostile-run.ts";
import { sampleRun } from "../../builders/sample-run.ts";
import { readXml } from "../../support/xml-reader.ts";

const { run } = sampleRun();
const errors = "17 of 760 requests: cut stream (9×), status 503 (7×), timeout (1×)";
const unseen =
  "replicas.inference in 148 of 148 samples: inference-1: answered 401 (146×), inference-1: no answer in time (2×); last: inference-1: answered 401";

function withFacts(change: (facts: TrialFacts) => TrialFacts): RunResult {
  const intents = run.intents.map((intent) => ({
    ...intent,
    trials: intent.trials.map((trial) => ({ ...trial, facts: change(trial.facts) })),
  }));
  return { ...run, intents };
}

function flat(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

describe("reasons stand", () => {
  test("on the terminal below the table, wrapped, with what decided against an intent", () => {
    const text = renderConsoleTable(run, "r", 70);
    for (const line of text.slice(0, text.indexOf("\n!")).split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(70);
    expect(text).toContain(
      "control/traffic-bump\n  because  The users' view was blind from 3 s on.\n  errors   17 of 760",
    );
    expect(flat(text)).toContain(`unseen ${unseen}`);
    // Of the passed intent, over its two trials.
    expect(text).toContain("  errors   34 of 1520 requests: cut stream (18×), status 503 (14×),");
  });

  test("in JUnit with the output of the case, and in the body of what went wrong", () => {
    const suite = readXml(renderJunit(run)).children[0];
    const bump = suite?.children.find((it) => it.attributes["name"] === "traffic-bump");
    expect(bump?.children.map(({ name }) => name)).toEqual(["error", "system-out"]);
    for (const { text } of bump?.children ?? []) {
      expect(text).toContain(`look-alike-1 errors: ${errors}`);
      expect(text).toContain(`look-alike-1 unseen: ${unseen}`);
    }
  });

  test("in the summary and on the page, where errors are counted", async () => {
    expect(renderSummary(run)).toContain(`- **control/traffic-bump, errors:** ${errors}`);
    expect(renderSummary(run)).toContain(
      "- **control/traffic-bump, unseen:** replicas.inference in 148 of 148 samples",
    );
    const page = await renderHtml(run, []);
    expect(page).toContain(`<dt>errors</dt><dd>${errors}</dd>`);
    expect(page).toContain(`<dt>unseen</dt><dd>${unseen}</dd>`);
    expect(page).toMatch(
      /errors<\/th><td class="num">.*?<\/td><td>cut stream \(9×\), status 503 \(7×\), timeout \(1×\)</,
    );
  });

  test("apart for before and from the disturbance on", () => {
    const facts = run.intents[0]?.trials[0]?.facts;
    if (facts === undefined) throw new Error("no trial");
    const load = { ...facts.load, errors: 5, errorsBy: { baseline: { "status 429": 2 }, disturbed: { timeout: 3 } } };
    expect(trialReasons({ load })).toEqual([
      { about: "errors", says: "5 of 760 requests: timeout (3×); before the disturbance status 429 (2×)" },
    ]);
    const early = { ...load, errorsBy: { baseline: { "status 429": 5 }, disturbed: {} } };
    expect(trialReasons({ load: early })[0]?.says).toBe("5 of 760 requests: status 429 (5×), before the disturbance");
  });

  test("with notes on answers, which are no errors", () => {
    const facts = run.intents[0]?.trials[0]?.facts;
    if (facts === undefined) throw new Error("no trial");
    const load = { ...facts.load, errors: 0, notesBy: { baseline: {}, disturbed: { "no terminator": 40 } } };
    expect(trialReasons({ load })).toEqual([{ about: "notes", says: "40 of 741 answers: no terminator (40×)" }]);
  });

  test("with notes on looks that saw something, summed over trials", () => {
    const notes = (name: string) => ({
      [name]: { samples: 10, noted: 4, by: { "front-1: answered 401": 4 }, last: "front-1: answered 401" },
    });
    // Called like something that every object has.
    const odd = withFacts((facts) => ({ ...facts, sampleNotes: notes("valueOf") })).intents[0];
    expect(odd && intentReasons(odd).at(-1)?.says).toBe("valueOf in 8 of 20 samples: front-1: answered 401 (8×)");
    const sampleNotes = {
      "replicas.front": { samples: 10, noted: 4, by: { "front-1: answered 401": 4 }, last: "front-1: answered 401" },
    };
    const noted = withFacts((facts) => ({ ...facts, sampleNotes }));
    const [passed] = noted.intents;
    if (passed === undefined) throw new Error("no intent");
    expect(intentReasons(passed).filter(({ about }) => about === "notes")).toEqual([
      { about: "notes", says: "replicas.front in 8 of 20 samples: front-1: answered 401 (8×)" },
    ]);
  });

  test("of a run that could not go on, wherever it is said that it is not whole", async () => {
    const ended = {
      ...run,
      failure: "target echo was not ready within 15000 ms (http://127.0.0.1:1/ready answered 401)",
    };
    const sentence = `It could not go on: ${ended.failure}`;
    const texts = [renderConsoleTable(ended, "r", 300), renderJunit(ended), await renderHtml(ended, [])];
    for (const text of texts) expect(text).toContain(sentence);
    expect(renderSummary(ended)).toContain("> **Missing:** It could not go on: target echo was not ready");
  });

  test("in an old run as far as it knows them: it says that it does not", () => {
    const old = withFacts(({ load: { errorsBy: _none, ...load }, ...facts }) => ({ ...facts, load }));
    expect(renderSummary(old)).toContain("17 of 760 requests: why was not counted yet when this run was made");
  });

  test("and nothing is said where nothing failed", () => {
    const well = withFacts(({ blindSamples: _none, sampleNotes: _nor, ...facts }) => ({
      ...facts,
      load: { ...facts.load, errors: 0, errorsBy: { baseline: {}, disturbed: {} } },
    }));
    expect(well.intents.flatMap(intentReasons)).toEqual([]);
  });
});

describe("whatever the words are", () => {
  test("a line of the summary stays a line, a table row a row, and nothing in it is a link or markup", () => {
    fc.assert(
      fc.property(hostileRuns, (spoilt) => {
        const lines = renderSummary(spoilt).split("\n");
        const table = lines.filter((line) => line.startsWith("| "));
        for (const row of table) expect(row.replaceAll("\\|", "").split("|").length).toBe(table[0]?.split("|").length);
        for (const line of lines) {
          expect(line).toMatch(/^$|^[#>|\-A-Z*\s\\]|^[^\p{Cc}]/u);
          expect(line).not.toMatch(/(?<!\\)[<`~]|(?<!\\)\]\(/);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("the page holds no markup of theirs, and the terminal no order", async () => {
    await fc.assert(
      fc.asyncProperty(hostileRuns, async (spoilt) => {
        expect(await renderHtml(spoilt, [])).not.toMatch(/<script|<img|<!--/);
        expect(renderConsoleTable(spoilt, "r", 90)).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e]/u);
      }),
      { numRuns: 60 },
    );
  });
});
