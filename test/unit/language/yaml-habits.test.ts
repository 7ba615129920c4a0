import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { faults } from "../../../src/faults/index.ts";
import { context as fixture, soundIntent } from "../../builders/intent-fixtures.ts";

const context = { ...fixture, faultTable: new Map(faults.map((fault) => [fault.name, fault])) };
const file = "experiments/network/slow.yaml";

function lint(text: string): string[] {
  return lintIntentText(text, file, context).problems.map((problem) => formatProblem(problem).replace(`${file}:`, ""));
}

function changed(from: string, to: string): string {
  if (!soundIntent.includes(from)) throw new Error(`no ${from}`);
  return soundIntent.replace(from, to);
}

const usual = "x-usual: &usual { version: 1, target: shop, seed: 7 }\n";
const merged = `${usual}<<: *usual\n${soundIntent.replace("version: 1\n", "").replace("target: shop\n", "").replace("seed: 7\n", "")}`;

describe("merge keys and x- keys", () => {
  test("are read: what is merged is there as if it had been written", () => {
    const plain = lintIntentText(soundIntent, file, context);
    expect(plain.problems).toEqual([]);
    expect(lintIntentText(merged, file, context)).toEqual(plain);
  });

  test("a key of the map's own wins, wherever it stands; of several maps the first", () => {
    const own = merged.replace("<<: *usual\n", "seed: 9\n<<: *usual\n");
    expect(lintIntentText(own, file, context).intent?.seed).toBe(9);
    const several = merged.replace("<<: *usual\n", "x-other: &other { seed: 8 }\n<<: [*other, *usual]\n");
    expect(lintIntentText(several, file, context).intent?.seed).toBe(8);
  });

  test("what is wrong in a merged map is told where it stands", () => {
    expect(lint(merged.replace("seed: 7", "seed: -7"))).toEqual(["1:51: -7; expected a whole number, at least 0"]);
    expect(lint(merged.replace("target: shop", "targt: shop"))).toEqual([
      expect.stringMatching(/^1:31: unknown key "targt"; .*did you mean "target"\?$/),
    ]);
  });

  test("a merge of something else than maps is one problem, at its place", () => {
    for (const value of ["5", "[*usual, 5]", "text"]) {
      expect(lint(merged.replace("<<: *usual", `<<: ${value}`))).toEqual([
        "2:1: << of something else than a map; expected a map, or a list of maps: `<<: *name`",
      ]);
    }
    expect(lint(merged.replace("<<: *usual", "<<: *usual\n<<: *usual"))[0]).toMatch(
      /^3:1: a second <<; expected each key/,
    );
  });

  test("in quotes << is a key like any other, and x- keys stand at the root only", () => {
    expect(lint(changed("seed: 7", '"<<": 7'))[0]).toMatch(/^6:1: unknown key "<<"/);
    expect(lint(changed("  window: 500ms", "  window: 500ms\n  x-note: 1"))[0]).toMatch(/^12:3: unknown key "x-note"/);
  });

  test("an anchor may be used as often as its file is long", () => {
    const tags = Array.from({ length: 20 }, (_, index) => `t-${index}`);
    const many = `x-n: &n 7\n${changed("seed: 7", "seed: *n").replace("trials: 2", "trials: *n")}`;
    expect(lintIntentText(many, file, context).intent?.trials).toBe(7);
    expect(lint(`x-w: [${tags.map(() => "*n").join(", ")}]\n`.replace("[", "[&n 1, ") + soundIntent)).toEqual([]);
  });
});

describe("one slip is one problem", () => {
  test.each<[string, string, string]>([
    [
      "a byte-order mark and another slip",
      `\uFEFF${changed("seed: 7", "seed: -7")}`,
      "6:7: -7; expected a whole number, at least 0",
    ],
    [
      "CRLF and another slip",
      changed("seed: 7", "seed: -7").replaceAll("\n", "\r\n"),
      "6:7: -7; expected a whole number, at least 0",
    ],
    ["tabs", soundIntent.replaceAll(/^ {2}(?=\w)/gm, "\t"), "11:1: a tab; expected spaces as indentation"],
    [
      "two documents",
      `${soundIntent}---\n${soundIntent}---\n${soundIntent}`,
      "27:1: a second document; expected one document in a file",
    ],
    [
      "a text with a colon",
      changed("It gets better.", "It gets: better: soon."),
      '3:9: a second ": " in one line; expected one key in a line; if it is a text, put it in quotes',
    ],
    [
      "a colon in two texts",
      changed("One slow", "One: slow: x").replace("It gets", "It: gets: x"),
      '2:8: a second ": " in one line; expected one key in a line; if it is a text, put it in quotes',
    ],
    [
      "yes where true is meant",
      changed("  budget:", "  hold_fire: yes\n  budget:"),
      '24:14: "yes"; expected true, or no such key',
    ],
    ["underscores in a number", changed("seed: 7", "seed: 1_000"), '6:7: "1_000"; expected a whole number; write 1000'],
    ["a number in quotes", changed("seed: 7", 'seed: "7"'), '6:7: "7"; expected a whole number; leave the quotes out'],
    [
      "one thing where a list is wanted",
      changed("[treatment, ablation]", "treatment"),
      '8:7: "treatment"; expected a list; put it in brackets: [ … ]',
    ],
    [
      "a list where a map is wanted",
      changed("load: {", "load: [{").replace("4s }", "4s }]"),
      "9:7: a list; expected a map of keys to values",
    ],
    ["an unknown key at the root", changed("seed: 7", "sede: 7"), ""],
    [
      "a key indented too little",
      changed("  window: 500ms", "window: 500ms")
        .replace("steady:\n", "")
        .replace("window: 500ms", "steady:\nwindow: 500ms"),
      "",
    ],
    [
      "a whole part that is not indented",
      changed("  window: 500ms\n  bad_after: 2\n  where:", "window: 500ms\nbad_after: 2\nwhere:"),
      "10:1: nothing; expected a map of keys to values; indent what belongs to it",
    ],
    ["a key indented too much", changed("disturb:", "  watch: 10s\ndisturb:"), ""],
    [
      "a required key indented too much",
      changed("arms: [treatment, ablation]\n", "").replace("disturb:", "  arms: [treatment, ablation]\ndisturb:"),
      "",
    ],
    ["a key twice", changed("seed: 7", "seed: 7\nseed: 8"), "7:1: a key that is there already; expected each key once"],
    ["a misspelt parameter of a fault", changed("with: { latency:", "with: { latncy:"), ""],
    [
      "a duration without its unit",
      changed("slow_over: 400ms", "slow_over: 400"),
      "9:51: 400; expected a duration such as 400ms, 2s or 1m",
    ],
    ["a rate without its unit", changed("rate: 20/s", "rate: 20"), "9:34: 20; expected a rate such as 20/s"],
    [
      "an alias of nothing",
      changed("seed: 7", "seed: *n"),
      "6:7: *n, which stands for nothing; expected a value marked &n before",
    ],
    ["brackets that are not closed", changed("tags: [smoke, network]", "tags: [smoke, network"), ""],
    [
      "quotes that are not closed",
      changed('baseline.users.slow_share + 0.1)"', "baseline.users.slow_share + 0.1)"),
      "",
    ],
    [
      "a number beyond what is kept",
      changed("seed: 7", "seed: 464004151041070705"),
      "6:7: 464004151041070705; expected a whole number, at most 4294967295",
    ],
    [
      "a percent sign in the one condition of users",
      changed("users.error_share <= 0.1", "users.error_share <= 5%").replace(/ {4}users-fast.*\n/, ""),
      "",
    ],
    [
      "a misspelt name in the one condition of users",
      changed("users.error_share <= 0.1", "usres.error_share <= 0.1").replace(/ {4}users-fast.*\n/, ""),
      "",
    ],
  ])("is named with its place: %s", (_, text, expected) => {
    const found = lint(text);
    if (expected === "") expect([found.length, found]).toEqual([1, found]);
    else expect(found).toEqual([expected]);
  });
});

describe("what is too large to be written by people", () => {
  test("is refused before it is read", () => {
    expect(lint(`a: ${"[".repeat(300)}1${"]".repeat(300)}\n`)).toEqual([
      "1:260: things too deep inside each other; expected at most 256 levels",
    ]);
    expect(lint(`${"- ".repeat(300)}1\n`)[0]).toMatch(/^1:\d+: things too deep/);
    expect(lint(`${"? ".repeat(300)}1\n`)[0]).toMatch(/^1:\d+: things too deep/);
    expect(lint(`a: ${"[".repeat(200)}1${"]".repeat(200)}\n`)[0]).not.toMatch(/too deep/);
  });

  test("thousands of wrong keys are told, each once, in no time", () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `k${index}: 1`);
    const found = lint(`${soundIntent}${keys.join("\n")}\n`);
    expect(found).toHaveLength(5000);
    expect(found[4999]).toMatch(/^5026:1: unknown key "k4999"/);
  });
});
