// Every way in which a selector, an amount or a time can be wrong, asked of the faults that there really are: each is
// told with its place, all at once.

import { describe, expect, test } from "vitest";
import type { Problem } from "../../../src/core/errors.ts";
import type { Target } from "../../../src/core/target.ts";
import { faults } from "../../../src/faults/index.ts";
import { lintIntentText, type IntentLint } from "../../../src/intent/lint-intent.ts";
import { context, shop, soundIntent } from "../../builders/intent-fixtures.ts";

const faultTable = new Map(faults.map((fault) => [fault.name, fault]));
const disturbance = `  - fault: network.latency
    on: { edge: { from: gateway, to: inference }, count: 1 }
    with: { latency: 400ms }
`;

function lint(text: string, target: Partial<Target> = {}): IntentLint {
  const targets = new Map([["shop", { ...shop, ...target }]]);
  return lintIntentText(text, "experiments/network/slow.yaml", { ...context, targets, faultTable });
}

function changed(from: string, to: string): string {
  if (!soundIntent.includes(from)) throw new Error(`no ${from}`);
  return soundIntent.replace(from, to);
}

function told(problems: readonly Problem[]): string[] {
  return problems.map(({ place, found }) => `${place?.line ?? 0}:${place?.column ?? 0} ${found}`);
}

const disturbed = (...items: string[]): string => changed(disturbance, items.join(""));
const kill = (on: string): string => `  - fault: process.kill\n    on: { ${on} }\n`;
const slow = (edge: string, latency = "400ms"): string =>
  `  - fault: network.latency\n    on: { edge: { ${edge} }, count: 1 }\n    with: { latency: ${latency} }\n`;

describe("a selector that is not one", () => {
  test.each<[string, string, string[]]>([
    ["a replica instead of its service", kill("replica_of: vector-1, count: 1"), ['19:23 unknown service "vector-1"']],
    ["a list of services", kill("replica_of: [vector, inference], count: 1"), ["19:23 a list"]],
    ["a star", kill('replica_of: "*", count: 1'), ['19:23 "*"']],
    ["an empty name", kill('replica_of: "", count: 1'), ['19:23 ""']],
    [
      "a replica and an edge",
      kill("replica_of: vector, edge: {}, count: 1"),
      ['19:31 the key "edge" beside others that exclude it'],
    ],
    ["a replica as the end of an edge", slow("from: gateway, to: vector-1"), ['19:38 unknown service "vector-1"']],
    [
      "an edge whose ends nobody knows",
      slow("from: gatway, to: nowhere"),
      ['19:25 unknown caller "gatway"', '19:37 unknown service "nowhere"'],
    ],
    ["an edge to itself", slow("from: inference, to: inference"), ["19:17 no edge from inference to inference"]],
    ["an edge without an end", slow("from: gateway"), ['19:11 no "to"']],
    ["nothing", "  - fault: process.kill\n    on:\n", ["19:5 nothing"]],
    ["a key twice", kill("replica_of: vector, count: 1, count: 2"), ["19:41 a key that is there already"]],
  ])("%s is refused with its place", (_, item, expected) => {
    expect(told(lint(disturbed(item)).problems)).toEqual(expected);
  });

  test("a replica's name is answered with its service", () => {
    const [problem] = lint(disturbed(kill("replica_of: vector-1, count: 1"))).problems;
    expect(problem?.suggestion).toBe("vector-1 is a replica: name its service, vector, and a count");
  });
});

describe("one of several ways from there to here", () => {
  const spare = shop.edges
    .filter(({ from, to }) => from === "gateway" && to.startsWith("inference"))
    .map((edge) => ({ ...edge, via: "spare" }));
  const target = { edges: [...shop.edges, ...spare] };

  test("is meant where it is named, and the usual one where none is", () => {
    const meant = (edge: string) => lint(disturbed(slow(edge)), target).intent?.disturbances[0]?.on;
    expect(spare).not.toEqual([]);
    expect(meant("from: gateway, to: inference, via: spare")).toMatchObject({ edgeFrom: "gateway", via: "spare" });
    expect(meant("from: gateway, to: inference")).not.toHaveProperty("via");
  });

  test("is refused where nobody knows it, with those that there are", () => {
    const { problems } = lint(disturbed(slow("from: gateway, to: inference, via: spar")), target);
    expect(problems).toMatchObject([
      { found: 'unknown way "spar"', expected: "a way of gateway to inference", suggestion: 'did you mean "spare"?' },
    ]);
    expect(told(lint(disturbed(slow("from: gateway, to: inference, via: spare"))).problems)).toEqual([
      '19:54 unknown way "spare"',
    ]);
  });
});

describe("an amount that is none", () => {
  test.each(["0", "-1", "1.5", "101", ".nan", ".inf", '"1"', "al", "[1]", "true"])(
    "is refused where it stands as count: %s",
    (count) => {
      const { problems } = lint(disturbed(kill(`replica_of: vector, count: ${count}`)));
      expect(problems).toMatchObject([{ place: { line: 19, column: 38 } }]);
      expect(problems[0]?.expected).toBe("a whole number of replicas from 1 to 100, or all");
    },
  );

  test.each(["0", "-0.5", "1", "1.5", ".nan", ".inf", '"0.5"', "50%", "all", "null"])(
    "is refused where it stands as share: %s",
    (share) => {
      const { problems } = lint(disturbed(kill(`replica_of: vector, share: ${share}`)));
      expect(problems).toMatchObject([{ place: { line: 19, column: 38 } }]);
      expect(problems[0]?.expected).toBe("a share of the replicas above 0 and below 1, such as 0.5");
    },
  );

  test.each([".nan", ".inf", "-1", "0", "2", '"0.3"'])("a dose of %s", (dose) => {
    const item = `  - fault: index.corruption\n    on: { replica_of: vector, count: 1 }\n    with: { share: ${dose} }\n`;
    expect(lint(disturbed(item)).problems).toMatchObject([{ place: { line: 20, column: 13 } }]);
  });

  test.each([".nan", ".inf", "-1", "0", "6", '"2"'])("load times %s", (times) => {
    expect(lint(disturbed(`  - load: { times: ${times} }\n`)).problems).toContainEqual(
      expect.objectContaining({ place: { file: "experiments/network/slow.yaml", line: 18, column: 20 } }),
    );
  });
});

const huge = "99999999999999999999s";

describe("a time that is none", () => {
  test.each(["400", '"400"', "-400ms", "400 ms", ".nan", ".inf", "0ms", "1h", huge, "61s", "[1s]"])(
    "is refused where it stands as latency: %s",
    (text) => {
      const { problems } = lint(disturbed(slow("from: gateway, to: inference", text)));
      expect(problems[0]).toMatchObject({ place: { line: 20, column: 13 } });
    },
  );

  test.each(["15", ".inf", ".nan", "-5s", "1e3s", "400m", "15 s", huge])(
    "is refused where it stands as within: %s",
    (text) => {
      const { problems } = lint(changed("within: 15s, by", `within: ${text}, by`));
      expect(problems[0]).toMatchObject({ place: { line: 23, column: 24 } });
    },
  );

  test("a window and a rate beyond all numbers are refused like any other nonsense", () => {
    expect(told(lint(changed("window: 500ms", `window: ${huge}`)).problems)).toEqual([`11:11 "${huge}"`]);
    expect(lint(changed("rate: 20/s", `rate: ${"9".repeat(400)}/s`)).problems).toHaveLength(1);
  });
});

test("a fault where the platform lacks what it needs is refused at its name, with what is offered there", () => {
  const damage = "  - fault: index.corruption\n    on: { replica_of: inference, count: 1 }\n";
  const { problems } = lint(disturbed(damage));
  expect(told(problems)).toEqual(["18:12 index.corruption at inference, which needs files, vectors and backups"]);
  expect(problems[0]?.expected).toBe("a site of shop that offers it (offered there: process)");
  expect(lint(disturbed(damage.replace("inference", "vector"))).problems).toEqual([]);
});

describe("more than one disturbance", () => {
  test("the same twice is refused at the second; another amount of it is another disturbance", () => {
    const one = kill("replica_of: vector, count: 1");
    expect(told(lint(disturbed(one, one)).problems)).toEqual(["20:5 the same disturbance as number 1"]);
    expect(lint(disturbed(one, kill("replica_of: vector, share: 0.2"))).problems).toEqual([]);
  });

  test("two faults that hit every replica together are refused at the second", () => {
    const items = [kill("replica_of: inference, count: 1"), slow("from: gateway, to: inference")];
    expect(told(lint(disturbed(...items)).problems)).toEqual([
      "21:58 2 of the 2 replicas of inference, which is everything, with the disturbances before it",
    ]);
  });

  test("two of a kind that need more edges than there are, are refused at the second", () => {
    const items = [slow("from: gateway, to: vector"), slow("from: gateway, to: vector", "300ms")];
    expect(told(lint(disturbed(...items)).problems)).toEqual(["22:55 2 replicas of vector on edges from gateway"]);
  });

  test("everything that is wrong is told at once, in the order of the file", () => {
    const items = [
      kill("replica_of: nobody, count: 1"),
      kill("replica_of: vector, share: 0.9"),
      slow("from: x, to: y", "1"),
    ];
    expect(told(lint(disturbed(...items)).problems).map((text) => text.split(" ")[0])).toEqual([
      "19:23",
      "21:38",
      "23:25",
      "23:32",
      "24:13",
    ]);
  });
});

describe("hitting all replicas on purpose", () => {
  const all = disturbed(kill("replica_of: gateway, count: all"));
  const withLimits = (text: string, share: number): string =>
    text.replace("expect:\n", `limits: { max_share: ${share} }\nexpect:\n`);

  test("needs to be said twice: by the selector and by the intent's own limits", () => {
    const { problems, intent } = lint(withLimits(all, 1));
    expect(problems).toEqual([]);
    expect(intent?.disturbances).toMatchObject([{ on: { service: "gateway", count: "all" } }]);
    expect(intent?.limits).toEqual({ maxShare: 1 });
  });

  test("is refused with what is missing, at the count", () => {
    const alone = lint(all).problems;
    expect(told(alone)).toEqual(["19:39 all 1 replicas of gateway"]);
    expect(alone[0]?.expected).toContain("`limits: { max_share: 1 }` in this intent too");
    expect(lint(withLimits(all, 0.99)).problems).toHaveLength(1);
    const counted = lint(withLimits(disturbed(kill("replica_of: gateway, count: 1")), 1)).problems;
    expect(told(counted)).toEqual(["19:39 1 of the 1 replicas of gateway, which is everything"]);
    expect(counted[0]?.suggestion).toBe("to hit all on purpose: `count: all` and `limits: { max_share: 1 }`");
  });

  test("is refused where the target's own limits say less, whatever the intent asks for", () => {
    const [problem, ...more] = lint(withLimits(all, 1), { limits: { maxShare: 0.75 } }).problems;
    expect(more).toEqual([]);
    expect(problem?.expected).toBe("at most 75 % of them, which shop allows (limits.max_share)");
    expect(problem?.suggestion).toBeUndefined();
  });

  test("an intent's limits also widen and narrow what stays below all", () => {
    const four = disturbed(kill("replica_of: vector, count: 4"));
    expect(lint(four).problems).toHaveLength(1);
    expect(lint(withLimits(four, 0.8)).problems).toEqual([]);
    expect(lint(withLimits(four, 0.8), { limits: { maxShare: 0.6 } }).problems).toHaveLength(1);
    expect(lint(withLimits(disturbed(kill("replica_of: vector, count: 2")), 0.2)).problems).toHaveLength(1);
  });

  test.each(["2", "0", "-1", ".nan", "all"])("limits: { max_share: %s } is refused", (share) => {
    const text = changed("expect:\n", `limits: { max_share: ${share} }\nexpect:\n`);
    expect(lint(text).problems).toMatchObject([
      { place: { line: 21, column: 22 }, expected: "a share above 0 and up to 1" },
    ]);
  });
});
