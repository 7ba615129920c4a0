import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestFaultMs } from "../../../src/core/blast-radius.ts";
import { formatProblem } from "../../../src/core/errors.ts";
import type { Intent } from "../../../src/core/intent.ts";
import { intentId, lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, misplaced, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";

const file = "experiments/network/slow.yaml";

/** Problems as `line:column found`, in order. */
function problems(text: string, at = file): string[] {
  return lintIntentText(text, at, context).problems.map(
    ({ place, found }) => `${place?.line ?? 0}:${place?.column ?? 0} ${found}`,
  );
}

/** The text with one thing changed; fails when there is nothing to change. */
function changed(from: string, to: string, text = soundIntent): string {
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return text.replace(from, to);
}

describe("a sound file", () => {
  test("becomes an intent, with durations in ms and views derived", () => {
    const { intent, problems: found } = lintIntentText(soundIntent, file, context);
    expect(found).toEqual([]);
    expect(intent).toMatchObject({
      id: "network/slow",
      file,
      seed: 7,
      trials: 2,
      arms: ["treatment", "ablation"],
      load: {
        arrival: "constant",
        ratePerSecond: 20,
        slowOverMs: 400,
        timeoutMs: 5000,
        warmupMs: 1500,
        baselineMs: 4000,
      },
      disturbances: [
        {
          fault: "network.latency",
          on: { service: "inference", count: 1, edgeFrom: "gateway" },
          params: { latency: "400ms" },
        },
      ],
      watchMs: 15_000,
      expect: {
        detected: { withinMs: 10_000, as: ["replica-slow"] },
        recovered: { withinMs: 15_000, by: "redistribute-traffic", holdMs: 3000 },
        heldFire: false,
        budget: { slo: 0.95, maxBurn: 12 },
        never: [{ name: "total-outage", expression: "users.error_share > 0.9", view: "users" }],
      },
    });
    expect(intent?.steady.conditions.map(({ name, view }) => [name, view])).toEqual([
      ["users-answered", "users"],
      ["users-fast", "users"],
      ["inference-whole", "state"],
    ]);
  });

  test("may leave out what has a default", () => {
    const { intent } = lintIntentText(soundControl, file, context);
    expect(intent).toMatchObject({ seed: 1, trials: 1, tags: [], steady: { badAfter: 2 }, watchMs: 10_000 });
    expect(intent?.expect).toEqual({ heldFire: true, never: [] });
    expect(intent?.load.arrival).toBe("constant");
  });

  test("that does not say how long a recovery must hold gets the greatest of 3 s, 10 probe periods and 3 windows", () => {
    const without = changed(", hold: 3s", "");
    const hold = (text: string): number | undefined =>
      lintIntentText(text, file, context).intent?.expect.recovered?.holdMs;
    expect(hold(without)).toBe(3000);
    expect(
      hold(
        changed(
          "inference-whole: replicas.inference == 2",
          "recall: recall.vector > 0.9",
          changed("== baseline.replicas.inference", "== 2", without),
        ),
      ),
    ).toBe(10_000);
    expect(hold(changed("window: 500ms", "window: 1200ms", without))).toBe(3600);
  });

  test("may ask to be watched longer for a relapse, which counts into the longest time of its fault", () => {
    const stays = (text: string): Intent | undefined => lintIntentText(changed("hold: 3s", text), file, context).intent;
    const longest = (intent: Intent | undefined): number =>
      intent === undefined ? NaN : longestFaultMs({ ...intent, holdMs: 3000 });
    expect(stays("hold: 3s, stays: 10s")?.expect.recovered).toMatchObject({ holdMs: 3000, staysMs: 10_000 });
    expect(longest(stays("hold: 3s, stays: 10s")) - longest(stays("hold: 3s"))).toBe(2000);
    expect(longest(stays("hold: 3s, stays: 4s"))).toBe(longest(stays("hold: 3s")));
    expect(problems(changed("hold: 3s", "hold: 3s, stays: 20m")).join()).toMatch(
      /15s, with which a fault may be in place for/,
    );
  });

  test("may have a byte-order mark, CRLF, comments, anchors and flow style", () => {
    expect(problems(`\uFEFF${soundIntent.replaceAll("\n", "\r\n")}`)).toEqual([]);
    expect(problems(`# why\n---\n${soundIntent}`)).toEqual([]);
    expect(problems(changed("tags: [smoke, network]", "tags: &t [smoke]"))).toEqual([]);
  });

  test("is pointed into correctly behind a byte-order mark and CRLF", () => {
    const text = `\uFEFF${changed("users.error_share <= 0.1", "users.error_shar <= 0.1").replaceAll("\n", "\r\n")}`;
    expect(problems(text)).toEqual(['14:21 unknown probe "users.error_shar"']);
  });

  test("on a target without a healer need not name classes and pathways that it declares", () => {
    const text = changed("target: shop", "target: plain", changed("arms: [treatment, ablation]", "arms: [treatment]"));
    expect(problems(text)).toEqual([]);
  });
});

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
  ])("%s", (_, text, expected) => {
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
  ])("%s", (_, from, to, expected) => {
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

describe("the meaning", () => {
  test.each<[string, string, string, string[]]>([
    ["an unknown target", "target: shop", "target: shopp", ['4:9 unknown target "shopp"']],
    ["an unknown fault", "fault: network.latency", "fault: network.latncy", ['18:12 unknown fault "network.latncy"']],
    ["a bad parameter, at its key", "{ latency: 400ms }", "{ latency: 400ms, latnecy: 1 }", ["20:29 latnecy: unknown"]],
    ["a missing parameter", "    with: { latency: 400ms }\n", "", ["18:5 no latency"]],
    [
      "a site of the wrong kind",
      "on: { edge: { from: gateway, to: inference }, count: 1 }",
      "on: { replica_of: inference, count: 1 }",
      ["19:5 a replica as the site of network.latency"],
    ],
    [
      "a fault without a site",
      "    on: { edge: { from: gateway, to: inference }, count: 1 }\n",
      "",
      ["18:12 network.latency without a site"],
    ],
    [
      "an edge for a fault in a replica",
      "- fault: network.latency",
      "- fault: process.kill",
      ["19:5 an edge as the site of process.kill"],
    ],
    [
      "a site for nothing",
      "- fault: network.latency",
      "- fault: nothing",
      ["8:8 the arm treatment without a fault", "8:19 the arm ablation without a fault", "19:5 a site for nothing"],
    ],
    ["an unknown service", "to: inference }", "to: inferense }", ['19:38 unknown service "inferense"']],
    ["an unknown caller", "from: gateway", "from: gatway", ['19:25 unknown caller "gatway"']],
    [
      "an edge that is not there",
      "from: gateway, to: inference",
      "from: vector, to: inference",
      ["19:17 no edge from vector to inference"],
    ],
    [
      "a selector of everything",
      "count: 1",
      "count: 2",
      ["19:58 2 of the 2 replicas of inference, which is everything"],
    ],
    [
      "a selector of more than half",
      "to: inference }, count: 1",
      "to: vector }, count: 3",
      ["19:55 3 of the 5 replicas of vector"],
    ],
    ["an unknown class", "[replica-slow]", "[replica-slow, replica-sloww]", ['22:47 unknown class "replica-sloww"']],
    ["an unknown pathway", "by: redistribute-traffic", "by: reroute", ['23:33 unknown pathway "reroute"']],
    ["an arm twice", "[treatment, ablation]", "[treatment, treatment]", ["8:19 the arm treatment again"]],
    [
      "ablation without treatment",
      "[treatment, ablation]",
      "[ablation]",
      [
        "8:8 the arm ablation without treatment",
        "22:3 detected without the arm treatment",
        "23:3 recovered without the arm treatment",
      ],
    ],
    ["ablation of a target that cannot", "target: shop", "target: plain", ["8:19 the arm ablation"]],
    [
      "a placebo with a fault",
      "[treatment, ablation]",
      "[treatment, placebo]",
      ["8:19 the arm placebo with a disturbance", "21:1 the arm placebo without hold_fire"],
    ],
    [
      "a look-alike with a fault",
      "[treatment, ablation]",
      "[treatment, look-alike]",
      ["8:19 the arm look-alike with a fault", "21:1 the arm look-alike without hold_fire"],
    ],
    ["hold_fire beside recovered", "  budget: {", "  hold_fire: true\n  budget: {", ["24:3 hold_fire beside detected"]],
    ["watch beside recovered", "expect:\n", "watch: 10s\nexpect:\n", ["21:1 watch beside expect.recovered"]],
    [
      "a second change of load",
      "disturb:\n",
      "disturb:\n  - load: { times: 2 }\n  - load: { times: 3 }\n",
      ["19:5 a second change of load"],
    ],
    ["a change of load that changes nothing", "disturb:\n", "disturb:\n  - load: { times: 1 }\n", ["18:13 times: 1"]],
    ["too much load", "rate: 20/s", "rate: 501/s", ["9:34 501/s"]],
    ["no load", "rate: 20/s", "rate: 0/s", ["9:34 0/s"]],
    ["slow after the time-out", "slow_over: 400ms", "slow_over: 5s", ["9:51 5s"]],
    ["too few requests in a window", "rate: 20/s", "rate: 5/s", ["11:11 500ms at 5/s (2.5 requests in a window)"]],
    ["detected under 3 windows", "within: 10s", "within: 1400ms", ["22:23 1.4s"]],
    ["recovered under 3 windows", "within: 15s, by", "within: 1s, by", ["22:23 10s", "23:24 1s"]],
    ["detection after the end", "within: 10s", "within: 16s", ["22:23 16s"]],
    ["a baseline under 3 windows", "baseline: 4s", "baseline: 1s", ["9:97 1s"]],
    ["too short a hold", "hold: 3s", "hold: 2900ms", ["23:61 2900ms"]],
    ["a watch beyond the cap", "within: 15s, by", "within: 31m, by", ["23:24 31m"]],
    [
      "an expectation of nothing",
      soundIntent.slice(soundIntent.indexOf("  detected")),
      "  {}\n",
      ["8:19 the arm ablation without expect.recovered", "21:1 no expectation", '21:1 neither recovered nor "watch"'],
    ],
  ])("%s", (_, from, to, expected) => {
    const text = changed(from, to);
    expect(problems(text)).toEqual(expected);
    expect(misplaced(text, lintIntentText(text, file, context).problems)).toEqual([]);
  });

  test("times are checked against the slowest probe that is used, with the figure", () => {
    const text = changed(
      "inference-whole: replicas.inference == baseline.replicas.inference",
      "recall: recall.vector > 0.9",
    );
    const lines = lintIntentText(changed("within: 10s", "within: 2s", text), file, context).problems.map(formatProblem);
    expect(lines).toEqual([
      `${file}:22:23: 2s; expected at least 3 periods of recall.vector (1s): 3s`,
      `${file}:23:61: 3s; expected at least 10s, the greatest of 3s, 10 periods of recall.vector (1s) and 3 windows; or leave hold out`,
    ]);
  });

  test("a control needs hold_fire and a time to watch", () => {
    expect(problems(changed("  hold_fire: true", "  budget: { slo: 0.9, max_burn: 1 }", soundControl))).toEqual([
      "13:1 the arm placebo without hold_fire",
    ]);
    expect(problems(changed("watch: 10s\n", "", soundControl))).toEqual(['13:1 neither recovered nor "watch"']);
    expect(problems(changed("- fault: nothing", "- load: { times: 1.5 }", soundControl))).toEqual([
      "5:8 the arm placebo with a disturbance",
    ]);
    expect(problems(changed("[placebo]", "[look-alike]", soundControl))).toEqual([
      "5:8 the arm look-alike without a change",
    ]);
  });
});

describe("expressions in their file", () => {
  const at = "users-answered: users.error_share <= 0.1";
  test.each<[string, string, string[]]>([
    ["an unknown name", "users-answered: users.eror_share <= 0.1", ['14:21 unknown probe "users.eror_share"']],
    [
      "an unknown name later on",
      "users-answered: users.error_share <= baseline.users.xyz",
      ['14:42 unknown probe "users.xyz"'],
    ],
    [
      "a name in quotes",
      "users-answered: 'users.error_share <= replicas.vectr'",
      ['14:43 unknown probe "replicas.vectr"'],
    ],
    ["bad syntax", "users-answered: users.error_share <=", ["14:41 bad syntax (Unexpected end of expression)"]],
    ["an assignment", "users-answered: users.error_share = 0.1", ['14:39 "="']],
    ["a number", "users-answered: users.error_share + 1", ["14:21 an expression that gives a number"]],
    ["a constant", "users-answered: 1 < 2", ["14:21 a condition that is always the same"]],
    [
      "something folded over lines",
      "users-answered: >-\n      users.error_share\n      <= nobody.there",
      ['14:21 unknown probe "nobody.there"'],
    ],
    ["something evil", "users-answered: constructor.constructor(1)", ['14:21 a call of "constructor.constructor"']],
  ])("%s", (_, to, expected) => {
    expect(problems(changed(at, to))).toEqual(expected);
  });

  test("a steady state that no user would notice is refused", () => {
    const text = soundIntent.replace(/ {4}users-answered.*\n {4}users-fast.*\n/, "");
    expect(problems(text)).toEqual(["13:3 no condition that users would notice"]);
  });

  test("an empty steady state is refused", () => {
    const text = soundIntent.replace(/ {2}where:\n(?: {4}.*\n){3}/, "  where: {}\n");
    expect(problems(text)).toEqual(["13:10 no conditions"]);
  });

  test("an unknown name under never is told as well", () => {
    expect(problems(changed("users.error_share > 0.9", "users.eror_share > 0.9"))).toEqual([
      '26:19 unknown probe "users.eror_share"',
    ]);
  });
});

describe("all problems at once", () => {
  test("mistakes of text, shape and meaning are told together, in the order of the file", () => {
    const wrong = [
      ["version: 1", "version: 3"],
      ["target: shop", "target: shop\ntarget: shop"],
      ["rate: 20/s", "rate: fast"],
      ["users.error_share <= 0.1", "users.error_shar <= 0.1"],
      ["latency: 400ms }", "delay: 400ms }"],
      ["by: redistribute-traffic", "by: nonsense"],
    ] as const;
    let text = soundIntent;
    for (const [from, to] of wrong) text = changed(from, to, text);
    expect(problems(text)).toEqual([
      "1:10 3",
      "5:1 a key that is there already",
      '10:34 "fast"',
      '15:21 unknown probe "users.error_shar"',
      "21:5 no latency",
      "21:13 delay: unknown",
      '24:33 unknown pathway "nonsense"',
    ]);
  });
});

describe("the id is where the file lies", () => {
  test.each([
    ["experiments/network/slow.yaml", "network/slow"],
    ["/home/me/experiments/process/kill.yml", "process/kill"],
    ["C:\\x\\experiments\\process\\kill.yaml", "process/kill"],
    ["elsewhere/data/rot.yaml", "data/rot"],
  ])("%s is %s", (path, id) => {
    expect(intentId(path)).toBe(id);
    expect(problems(soundIntent, path)).toEqual([]);
  });

  test.each(["experiments/slow.yaml", "experiments/a/b/c.yaml", "experiments/Net work/slow.yaml"])(
    "%s is no place for an intent",
    (path) => {
      expect(problems(soundIntent, path)).toEqual([`1:1 the path "${intentId(path)}"`]);
    },
  );
});

describe("the arms that a treatment is compared with", () => {
  const armed = (arms: string, more = "", target = "shop"): string =>
    changed("target: shop", `target: ${target}`, changed("arms: [treatment, ablation]", `arms: [${arms}]${more}`));

  test("may all be asked for at once", () => {
    const { intent, problems: found } = lintIntentText(
      armed("treatment, ablation, loop-ablation, unhealed"),
      file,
      context,
    );
    expect(found).toEqual([]);
    expect(intent?.arms).toEqual(["treatment", "ablation", "loop-ablation", "unhealed"]);
    expect(intent?.ablate).toEqual(["redistribute-traffic"]);
  });

  test("an ablation takes away what the intent names, else the declared pathway, and nothing where there is no such arm", () => {
    const of = (text: string): readonly string[] | undefined => lintIntentText(text, file, context).intent?.ablate;
    expect(of(soundIntent)).toEqual(["redistribute-traffic"]);
    expect(of(armed("treatment, ablation", "\nablate: [redistribute-traffic, restart-replica]"))).toEqual([
      "redistribute-traffic",
      "restart-replica",
    ]);
    expect(of(armed("treatment, loop-ablation"))).toEqual([]);
    expect(of(soundControl)).toEqual([]);
  });

  test.each<[string, string, string[]]>([
    [
      "that the target cannot do",
      armed("treatment, ablation, loop-ablation, unhealed", "", "plain"),
      ["8:19 the arm ablation", "8:29 the arm loop-ablation", "8:44 the arm unhealed"],
    ],
    [
      "without a treatment",
      armed("loop-ablation, unhealed"),
      [
        "8:8 the arm loop-ablation without treatment",
        "8:23 the arm unhealed without treatment",
        "22:3 detected without the arm treatment",
        "23:3 recovered without the arm treatment",
      ],
    ],
    [
      "without a recovery to compare with",
      changed(
        "  recovered: { within: 15s, by: redistribute-traffic, hold: 3s }\n",
        "",
        armed("treatment, loop-ablation, unhealed"),
      ),
      [
        "8:19 the arm loop-ablation without expect.recovered",
        "8:34 the arm unhealed without expect.recovered",
        '21:1 neither recovered nor "watch"',
      ],
    ],
    [
      "without a fault",
      changed(
        "  - fault: network.latency\n    on: { edge: { from: gateway, to: inference }, count: 1 }\n    with: { latency: 400ms }\n",
        "  - load: { times: 1.5 }\n",
        armed("treatment, loop-ablation, unhealed"),
      ),
      [
        "8:8 the arm treatment without a fault",
        "8:19 the arm loop-ablation without a fault",
        "8:34 the arm unhealed without a fault",
      ],
    ],
    [
      "with an unknown pathway to take away",
      armed("treatment, ablation", "\nablate: [redistribute-traffic, restart-replika]"),
      ['9:32 unknown pathway "restart-replika"'],
    ],
    [
      "with a pathway to take away twice",
      armed("treatment, ablation", "\nablate: [redistribute-traffic, redistribute-traffic]"),
      ['9:32 the pathway "redistribute-traffic" again'],
    ],
    [
      "with a pathway to take away, but nowhere to do so",
      armed("treatment, loop-ablation", "\nablate: [redistribute-traffic]"),
      ["9:1 ablate without the arm ablation"],
    ],
    [
      "with an ablation that leaves the declared pathway on",
      armed("treatment, ablation", "\nablate: [restart-replica]"),
      ['9:1 ablate without "redistribute-traffic", the pathway in expect.recovered.by'],
    ],
    ["with nothing to take away", armed("treatment, ablation", "\nablate: []"), ["9:9 an empty list"]],
    ["with a word to take away", armed("treatment, ablation", "\nablate: restart-replica"), ['9:9 "restart-replica"']],
  ])("%s", (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
    expect(misplaced(text, lintIntentText(text, file, context).problems)).toEqual([]);
  });
});
