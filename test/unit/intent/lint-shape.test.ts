import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, misplaced, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";
import { file, problems, changed } from "./lint-cases.ts";

describe("texts that are no intent at all", () => {
  test.each<[string, string, string[]]>([
    ["an empty file", "", ["1:1 an empty file"]],
    ["only a comment", "# nothing\n", ["1:1 an empty file"]],
    ["a list", "- a\n- b\n", ["1:1 a document that is not a map"]],
    ["a scalar", "  hello\n", ["1:3 a document that is not a map"]],
    ["two documents", `${soundControl}---\nversion: 1\n`, ["16:1 a second document"]],
    ["an undefined alias", "version: *nobody\n", ["1:10 *nobody, which stands for nothing"]],
    [
      "an unclosed bracket",
      "version: 1\ntags: [a, b\n",
      ["3:1 Flow sequence in block collection must be sufficiently indented and end with a ]"],
    ],
  ])("names the place of %s", (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test("a tab as indentation is told as such, at its place", () => {
    const found = problems("version: 1\nload:\n\trate: 20/s\n");
    expect(found[0]).toBe("3:1 a tab");
  });

  test("a huge file is refused unread", () => {
    expect(problems(`version: 1\n# ${"x".repeat(300_000)}\n`)).toEqual(["1:1 a file of 300014 characters"]);
  });

  test("aliases that multiply are stopped", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh".split("").map(
        (name, i) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${"abcdefgh"[i] ?? ""}`)
            .join(",")}]`,
      ),
    ].join("\n");
    const [first] = problems(bomb);
    expect(first).toMatch(/^1:1 aliases of aliases, which make more values than anybody writes/);
  });

  test("an alias inside itself is stopped", () => {
    expect(problems("version: &v [*v]\n")).toEqual(["1:14 *v, inside what it stands for"]);
  });

  test("deep nesting is stopped", () => {
    expect(problems(`version: ${"[".repeat(100_000)}`).length).toBeGreaterThan(0);
  });

  test("no text makes the linter throw", () => {
    const pieces = fc.constantFrom(
      "version: 1\n",
      "load:",
      " ",
      "\n",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "&a",
      "*a",
      "!!js ",
      '"',
      "'",
      "|",
      ">",
      "\t",
      "steady:",
      "where",
      ": ",
      "users.error_share",
      "#",
      "---\n",
      "? ",
      "<<: *a",
      "\u0000",
      "disturb",
      "expect: ",
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }),
        fc.nat(soundIntent.length),
        fc.boolean(),
        (words, at, inside) => {
          const noise = words.join("");
          const text = inside ? soundIntent.slice(0, at) + noise + soundIntent.slice(at) : noise;
          const { intent, problems: found } = lintIntentText(text, file, context);
          expect(intent === undefined).toBe(found.length > 0);
          for (const { place } of found) expect(place?.line).toBeGreaterThanOrEqual(1);
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});

describe("the shape", () => {
  test.each<[string, string, string, string[]]>([
    ["a duplicate key", "seed: 7", "seed: 7\nseed: 8", ["7:1 a key that is there already"]],
    ["an unknown key", "seed: 7", "sead: 7", ['6:1 unknown key "sead"']],
    ["a misspelt key that was needed is told once", "title: One", "titel: One", ['2:1 unknown key "titel"']],
    ["a missing key", "title: One slow inference replica\n", "", ['1:1 no "title"']],
    ["a missing key inside", ", warmup: 1500ms", "", ['9:1 no "warmup"']],
    ["an empty value", "title: One slow inference replica", "title:", ["2:1 nothing"]],
    ["a blank text", "belief: It gets better.", 'belief: "  "', ['3:9 "  "']],
    ["another version", "version: 1", "version: 2", ["1:10 2"]],
    ["a version in quotes", "version: 1", 'version: "1"', ['1:10 "1"']],
    ["a duration without a unit", "window: 500ms", "window: 500", ["11:11 500"]],
    ["a duration with a strange unit", "window: 500ms", "window: 1h", ['11:11 "1h"']],
    ["a rate without a unit", "rate: 20/s", "rate: 20", ["9:34 20"]],
    ["an unknown arm", "[treatment, ablation]", "[treatmnt]", ['8:8 "treatmnt"']],
    ["no arms", "[treatment, ablation]", "[]", ["8:7 an empty list"]],
    ["a text for a list", "[smoke, network]", "smoke", ['5:7 "smoke"']],
    ["a broken tag", "[smoke, network]", "[Smoke!]", ['5:8 "Smoke!"']],
    ["a share that is none", "slo: 0.95", "slo: 1", ["24:18 1"]],
    ["a seed below 0", "seed: 7", "seed: -1", ["6:7 -1"]],
    ["a broken number", "trials: 2", "trials: .nan", ["7:9 NaN"]],
    ["no trials", "trials: 2", "trials: 0", ["7:9 0"]],
    ["an unknown key deep inside", "count: 1 }", "count: 1, coutn: 2 }", ['19:61 unknown key "coutn"']],
    [
      "a selector by nothing",
      "on: { edge: { from: gateway, to: inference }, count: 1 }",
      "on: { count: 1 }",
      ['19:5 no "replica_of"'],
    ],
    ["a selector without count", ", count: 1 }", " }", ['19:5 no "count"']],
    ["a count of nothing", "count: 1", "count: 0", ["19:58 0"]],
    [
      "a disturbance that is none",
      "  - fault: network.latency",
      "  - flaut: network.latency",
      ['18:5 unknown key "flaut"'],
    ],
    ["a name of a condition", "users-fast:", "Users Fast:", ['15:5 the name "Users Fast"']],
    ["a condition that is no text", "users.error_share <= 0.1", "true", ["14:21 true"]],
    ["a forbidden key", "seed: 7", "__proto__: { a: 1 }", ['6:1 the key "__proto__"']],
    ["an unknown tag", "seed: 7", "seed: !!js 7", ["6:7 an unknown tag", '6:12 "7"']],
  ])("names the place of %s", (_, from, to, expected) => {
    const text = changed(from, to);
    expect(problems(text)).toEqual(expected);
    expect(misplaced(text, lintIntentText(text, file, context).problems)).toEqual([]);
  });

  test("problems say what was expected and what to do", () => {
    const text = changed("by: redistribute-traffic", "by: redistribute-trafic", changed("seed: 7", "sead: 7"));
    const lines = lintIntentText(text, file, context).problems.map(formatProblem);
    expect(lines).toEqual([
      `${file}:6:1: unknown key "sead"; expected one of the keys of this format; did you mean "seed"?`,
      `${file}:23:33: unknown pathway "redistribute-trafic"; expected a pathway of shop; did you mean "redistribute-traffic"?`,
    ]);
  });

  test("an unknown word that is near nothing is answered with the list of what is known", () => {
    const [problem] = lintIntentText(changed("[replica-slow]", "[zzz]"), file, context).problems;
    expect(problem?.suggestion).toBe("known: replica-down, replica-slow, index-damaged");
  });
});
