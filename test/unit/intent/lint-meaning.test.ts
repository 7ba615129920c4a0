import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, misplaced, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";
import { file, problems, changed } from "./lint-cases.ts";

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
    [
      "a site for a change of load, of which nothing more is said",
      "- fault: network.latency",
      "- fault: load.change",
      [
        "8:8 the arm treatment without a fault",
        "8:19 the arm ablation without a fault",
        "19:5 a site for load.change",
        '20:5 no "times"',
        '20:13 unknown parameter "latency"',
      ],
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
    [
      "an evidence path to services that there are not",
      "as: [replica-slow]",
      "as: [replica-slow], root: { service: inferense, edge: { from: gate, to: inference } }",
      ['22:65 unknown service "inferense"', '22:90 unknown service "gate"'],
    ],
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
  ])("names the place of %s", (_, from, to, expected) => {
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

  test("a fault whose parameters decide whether it harms may be a look-alike, and is a fault in the other arms", () => {
    const rollOut = "- fault: model.rollout\n    on: { replica_of: inference, count: all }";
    const withRollOut = `${changed("- fault: nothing", rollOut, soundControl)}\nlimits: { max_share: 1 }\n`;
    expect(problems(withRollOut)).toEqual(["5:8 the arm placebo with a disturbance"]);
    expect(problems(withRollOut.replace("[placebo]", "[look-alike]"))).toEqual([]);
    const killed = withRollOut.replace("model.rollout", "process.kill").replace("[placebo]", "[look-alike]");
    expect(problems(killed)).toEqual(["5:8 the arm look-alike with a fault"]);
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
      "only the baseline, which stays as it was",
      "users-answered: baseline.users.error_share < 0.2",
      ["14:21 a condition of the baseline alone, which stays as it was"],
    ],
    [
      "something folded over lines",
      "users-answered: >-\n      users.error_share\n      <= nobody.there",
      ['14:21 unknown probe "nobody.there"'],
    ],
    ["something evil", "users-answered: constructor.constructor(1)", ['14:21 a call of "constructor.constructor"']],
  ])("names the place of %s", (_, to, expected) => {
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
