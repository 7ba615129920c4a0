// Annotations of a build: on the line that was not kept, bounded, and without a way for words to become commands.

import { describe, expect, test } from "vitest";
import { lintAnnotations, mostAnnotations, runAnnotations, workflowCommand } from "../../../src/report/annotations.ts";
import { renderSarif } from "../../../src/report/sarif.ts";
import { hostile, passingRun, sampleRun } from "../../builders/sample-run.ts";

const place = { file: "experiments/data/vector-index-corruption.yaml", line: 6, column: 3 };
const places = new Map([["data/vector-index-corruption", place]]);

describe("annotations of a run", () => {
  test("stand where the intent is written, one for each intent that did not pass", () => {
    const made = runAnnotations(sampleRun().run, places);
    expect(made.map(({ title }) => title)).toEqual([
      "fail: data/vector-index-corruption",
      "inconclusive: control/traffic-bump",
      "invalid: network/inference-latency",
    ]);
    expect(made[0]?.place).toEqual(place);
    expect(made[1]).not.toHaveProperty("place");
    expect(runAnnotations(passingRun().run, places)).toEqual([]);
  });

  test("are as many as a step shows; the last one counts the others", () => {
    const { run } = sampleRun();
    const [failed] = run.intents.filter(({ outcome }) => outcome === "fail");
    const many = { ...run, intents: Array.from({ length: 25 }, () => failed ?? expect.fail()) };
    const made = runAnnotations(many, places);
    expect(made).toHaveLength(mostAnnotations);
    expect(made.at(-1)?.title).toBe("16 more intents did not pass");
    const problems = Array.from({ length: 11 }, () => ({ place, found: "this", expected: "that" }));
    expect(lintAnnotations(problems).at(-1)?.message).toBe("2 more problems; see the output of lint.");
  });
});

describe("a workflow command", () => {
  test("is written as the runner reads it", () => {
    const place = { file: "a,b:c%.yaml", line: 3, column: 7 };
    expect(workflowCommand({ place, title: "fail: x", message: "50 % of 3: a, b" })).toBe(
      "::error file=a%2Cb%3Ac%25.yaml,line=3,col=7,title=fail%3A x::50 %25 of 3: a, b",
    );
  });

  test("stays one line and one command, whatever words it carries", () => {
    const text = workflowCommand({ title: `${hostile}\n::error::x`, message: `${hostile}\r\n::set-output name=a::b` });
    expect(text.split(/\r|\n/)).toHaveLength(1);
    expect(text.slice("::error ".length).split("::")[0]).not.toContain(":");
  });
});

describe("SARIF", () => {
  test("tells rule, file, line and column of each problem, and escapes the path", () => {
    const place = { file: "experiments/my data/a#b.yaml", line: 4, column: 9 };
    const target = { file: "/srv/targets/mine/target.yaml", line: 1, column: 1 };
    const text = renderSarif(
      [
        { place, found: `"5"`, expected: "a duration", suggestion: "write 5s" },
        { place: target, found: "nothing", expected: "name" },
        { found: "x", expected: "y" },
      ],
      "1.2.3",
    );
    const [run] = (JSON.parse(text) as { runs: { results: unknown[] }[] }).runs;
    expect(run?.results).toMatchObject([
      {
        ruleId: "intent",
        message: { text: '"5"; expected a duration; write 5s' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "experiments/my%20data/a%23b.yaml" },
              region: { startLine: 4, startColumn: 9 },
            },
          },
        ],
      },
      {
        ruleId: "target",
        locations: [{ physicalLocation: { artifactLocation: { uri: "file:///srv/targets/mine/target.yaml" } } }],
      },
      { ruleId: "intent" },
    ]);
  });

  test("describes the rule of each code that it tells, once", () => {
    const problem = { code: "RB0107", found: 'unknown key "tag"', expected: "one of the keys" } as const;
    const text = renderSarif([{ found: "x", expected: "y" }, problem, problem], "1.2.3");
    const [run] = (JSON.parse(text) as { runs: { tool: { driver: { rules: unknown[] } }; results: unknown[] }[] }).runs;
    expect(run?.tool.driver.rules).toMatchObject([
      { id: "intent" },
      {
        id: "RB0107",
        shortDescription: { text: "an unknown key" },
        help: { text: expect.stringContaining("explain RB0107") },
      },
    ]);
    expect(run?.results).toMatchObject([{ ruleIndex: 0 }, { ruleId: "RB0107", ruleIndex: 1 }, { ruleIndex: 1 }]);
  });

  test("of files without problems has no result, so that code scanning closes what was open", () => {
    expect(JSON.parse(renderSarif([], "1.2.3"))).toMatchObject({ version: "2.1.0", runs: [{ results: [] }] });
  });
});
