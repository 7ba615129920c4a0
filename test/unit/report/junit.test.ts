// JUnit output: well-formed whatever the words are, and never greener than the verdicts.

import { describe, expect, test } from "vitest";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { visible } from "../../../src/report/text.ts";
import { hostile, passingRun, sampleRun } from "../../builders/sample-run.ts";
import { readXml } from "../../support/xml-reader.ts";

function casesOf(run: RunResult) {
  const root = readXml(renderJunit(run));
  const suite = root.children[0];
  return { root, suite, cases: (suite?.children ?? []).filter(({ name }) => name === "testcase") };
}

describe("junit.xml", () => {
  test("is well-formed with words that hold markup, CDATA ends, templates and control characters", () => {
    const { cases } = casesOf(sampleRun({ runId: hostile, suite: hostile }).run);
    const failed = cases.find((it) => it.attributes["name"] === "vector-index-corruption");
    expect(failed?.children[0]?.attributes["message"]).toBe(`Not recovered within 30 s. ${visible(hostile)}`);
  });

  test("says fail as failure, and what was not judged as error, so that nothing unjudged is green", () => {
    const { suite, cases } = casesOf(sampleRun().run);
    const told = cases.map((it) => [it.attributes["classname"], it.attributes["name"], it.children[0]?.name]);
    expect(told).toEqual([
      ["experiments.process", "replica-kill", "system-out"],
      ["experiments.data", "vector-index-corruption", "failure"],
      ["experiments.control", "traffic-bump", "error"],
      ["experiments.network", "inference-latency", "error"],
      ["rebound", "the run is whole", "error"],
    ]);
    expect(suite?.attributes).toMatchObject({ tests: "5", failures: "1", errors: "3", skipped: "0", time: "252.345" });
  });

  test("of a run that is whole and passed has no error and no failure", () => {
    const { root, cases } = casesOf(passingRun().run);
    expect(root.attributes).toMatchObject({ tests: "1", failures: "0", errors: "0" });
    expect(cases.flatMap((it) => it.children.map((child) => child.name))).toEqual(["system-out"]);
  });

  test("of a run without intents is an error", () => {
    const { root } = casesOf(sampleRun({ intents: [], planned: 0, interrupted: false, outcome: "inconclusive" }).run);
    expect(root.attributes).toMatchObject({ tests: "1", errors: "1" });
  });

  test("tells the finding that failed, with the trial it was made in", () => {
    const { cases } = casesOf(sampleRun().run);
    expect(cases[1]?.children[0]?.text).toContain("treatment-1 declared-truthfully (fail): Closed at 9.0 s");
  });

  test("the reader of these tests refuses what a parser would refuse", () => {
    const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
    for (const bad of [
      "<a>",
      "<a></b>",
      "<a>&x;</a>",
      '<a b="<"/>',
      "<a>\u0000</a>",
      "<a>]]></a>",
      "<a/><b/>",
      "<a b='1'/>",
    ]) {
      expect(() => readXml(head + bad), bad).toThrow();
    }
  });
});
