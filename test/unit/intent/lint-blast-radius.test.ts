// What an intent or a target may not reach: nothing, everything, too long, too much, or another machine.

import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import type { Target } from "../../../src/core/target.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { context, shop, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { platformNames } from "../../../src/platforms/index.ts";

const file = "experiments/network/slow.yaml";

function lint(from: string, to: string, target: Partial<Target> = {}): string[] {
  if (!soundIntent.includes(from)) throw new Error(`no ${from}`);
  const targets = new Map([["shop", { ...shop, ...target }]]);
  const { problems } = lintIntentText(soundIntent.replace(from, to), file, { ...context, targets });
  return problems.map(({ place, found }) => `${place?.line ?? 0}:${place?.column ?? 0} ${found}`);
}

const slowEdge = "{ edge: { from: gateway, to: inference }, count: 1 }";
const oneOf = (service: string, amount: string): string =>
  `  - fault: process.kill\n    on: { replica_of: ${service}, ${amount} }\n`;
const disturbance = `  - fault: network.latency
    on: { edge: { from: gateway, to: inference }, count: 1 }
    with: { latency: 400ms }
`;

describe("how many replicas an intent may hit", () => {
  test.each<[string, string, string[]]>([
    [
      "the only replica of a service",
      oneOf("gateway", "count: 1"),
      ["19:39 1 of the 1 replicas of gateway, which is everything"],
    ],
    ["a share that is everything", oneOf("vector", "share: 1"), ["19:38 1"]],
    ["a share of nothing", oneOf("vector", "share: 0"), ["19:38 0"]],
    ["a share beyond the cap", oneOf("vector", "share: 0.7"), ["19:38 3 of the 5 replicas of vector"]],
    ["count and share together", oneOf("vector", "count: 1, share: 0.5"), ["19:5 count and share together"]],
    ["neither count nor share", "  - fault: process.kill\n    on: { replica_of: vector }\n", ['19:5 no "count"']],
    [
      "too many of one service over two disturbances",
      oneOf("vector", "count: 2") + oneOf("vector", "count: 1"),
      ["21:38 3 of the 5 replicas of vector, with the disturbances before it"],
    ],
    [
      "everything over two disturbances",
      oneOf("inference", "count: 1") + oneOf("inference", "share: 0.5"),
      ["21:41 2 of the 2 replicas of inference, which is everything, with the disturbances before it"],
    ],
    [
      "more edges than the caller has",
      "  - fault: network.latency\n    on: { edge: { from: gateway, to: vector }, count: 2 }\n    with: { latency: 400ms }\n",
      ["19:55 2 replicas of vector on edges from gateway"],
    ],
  ])("%s is refused with its place", (_, disturb, expected) => {
    expect(lint(disturbance, disturb)).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    ["on one replica", "count: 1 }\n    with: { share: 0.34 }", ["19:41 model.rollout on some replicas"]],
    ["on a share of them", "share: 0.5 }\n    with: { share: 0.34 }", ["19:41 model.rollout on some replicas"]],
    ["on all, with all too many requests", "count: all }\n    with: { share: 0.6 }", ["20:20 60 % of the requests"]],
    ["on all, with half of the requests", "count: all }\n    with: { share: 0.5 }", []],
  ])("a fault that harms a share of the requests, %s", (_, amount, expected) => {
    const rollOut = `  - fault: model.rollout\n    on: { replica_of: inference, ${amount}\n`;
    const text = `${soundIntent.replace(disturbance, rollOut)}\nlimits: { max_share: 1 }\n`;
    const { problems } = lintIntentText(text, file, { ...context, targets: new Map([["shop", shop]]) });
    expect(problems.map(({ place, found }) => `${place?.line ?? 0}:${place?.column ?? 0} ${found}`)).toEqual(expected);
  });

  test("one replica of a service that is taken whole on purpose may be struck once more", () => {
    const text = soundIntent.replace(disturbance, oneOf("inference", "count: all") + disturbance);
    const linted = (limits: string) =>
      lintIntentText(text + limits, file, { ...context, targets: new Map([["shop", shop]]) }).problems;
    expect(linted("\nlimits: { max_share: 1 }\n")).toEqual([]);
    expect(linted("").map(({ found }) => found)).toContain("all 2 replicas of inference");
  });

  test("a share of half is a sound selector, also on an edge", () => {
    expect(lint("to: inference }, count: 1", "to: inference }, share: 0.5")).toEqual([]);
    expect(lint(disturbance, oneOf("vector", "share: 0.5"))).toEqual([]);
  });

  test("a target may tighten the cap, or widen it, but never to everything", () => {
    const two = oneOf("vector", "count: 2");
    const four = oneOf("vector", "count: 4");
    expect(lint(disturbance, two, { limits: { maxShare: 0.3 } })).toEqual(["19:38 2 of the 5 replicas of vector"]);
    expect(lint(disturbance, four)).toEqual(["19:38 4 of the 5 replicas of vector"]);
    expect(lint(disturbance, four, { limits: { maxShare: 1 } })).toEqual([]);
    expect(lint(disturbance, oneOf("vector", "count: 5"), { limits: { maxShare: 1 } })).toEqual([
      "19:38 5 of the 5 replicas of vector, which is everything",
    ]);
  });
});

describe("how long and how much", () => {
  test("a fault that may be in place for longer than the cap is refused, with how long that would be", () => {
    expect(lint("within: 15s, by", "within: 5m, by")).toEqual([
      "23:24 5m, with which a fault may be in place for 5m 10s",
    ]);
    expect(lint("within: 15s, by", "within: 5m, by", { limits: { maxDurationMs: 400_000 } })).toEqual([]);
    expect(lint("within: 15s, by", "within: 15s, by", { limits: { maxDurationMs: 20_000 } })).toEqual([
      "23:24 15s, with which a fault may be in place for 24.5s",
    ]);
  });

  test("a control that does nothing may be watched for as long as it likes", () => {
    const { problems } = lintIntentText(soundControl.replace("watch: 10s", "watch: 20m"), file, context);
    expect(problems).toEqual([]);
  });

  test("a dose beyond the cap is refused at its parameter", () => {
    const kill = (share: number): string => `${oneOf("vector", "count: 1")}    with: { share: ${share} }\n`;
    expect(lint(disturbance, kill(0.9))).toEqual(["20:20 a share of 0.9"]);
    expect(lint(disturbance, kill(0.75))).toEqual([]);
    expect(lint(disturbance, kill(0.3), { limits: { maxDose: 0.2 } })).toEqual(["20:20 a share of 0.3"]);
  });
});

describe("whom an intent may touch", () => {
  test("a target that does not allow chaos is refused at its name", () => {
    expect(lint(slowEdge, slowEdge, { chaosAllowed: false })).toEqual([
      "4:9 the target shop, which does not allow chaos",
    ]);
  });
});

describe("abort_if", () => {
  const withAbort = (condition: string): string[] =>
    lint("expect:\n", `abort_if:\n  too-much: ${condition}\nexpect:\n`);

  test("becomes part of the intent", () => {
    const text = `${soundIntent}abort_if:\n  nobody-answered: users.error_share > 0.8 and replicas.inference < 1\n`;
    expect(lintIntentText(text, file, context).intent?.abortIf).toEqual([
      { name: "nobody-answered", expression: "users.error_share > 0.8 and replicas.inference < 1", view: "state" },
    ]);
  });

  test.each([
    ["an unknown probe", "replicas.nobody < 1", '22:13 unknown probe "replicas.nobody"'],
    ["a number", "users.error_share + 1", "22:13 an expression that gives a number"],
    ["what is always the same", "1 > 0", "22:13 a condition that is always the same"],
  ])("with %s is refused with its place", (_, condition, found) => {
    expect(withAbort(condition)).toEqual([found]);
  });
});

const sound = `name: shop
summary: A shop.
chaos: allowed
start: { command: [node, stack.js], ready: "READY", timeout: 15s, stop_timeout: 3s }
services: [{ name: front, health: /health, replicas: [{ id: front, port_env: FRONT_PORT }] }]
edges: []
inventory: http://127.0.0.1:{port:front}/inventory
traffic: { name: chat, method: GET, url: "http://127.0.0.1:{port:front}/", stream: whole }
probes: []
classes: []
pathways: []
`;

function lintTarget(host: string, more = ""): string[] {
  const text = sound.replace("READY", `http://${host}:{port:front}/ready`) + more;
  return lintTargetText(text, "targets/shop/target.yaml", {
    probeKinds,
    platformNames,
    dir: "/x/targets/shop",
    exists: () => true,
    read: () => "",
  }).problems.map(formatProblem);
}

describe("which addresses a target may name", () => {
  test.each(["127.0.0.1", "127.8.9.10", "localhost", "[::1]", "[0:0:0:0:0:0:0:1]"])("%s is this machine", (host) => {
    expect(lintTarget(host)).toEqual([]);
  });

  test.each([
    "10.0.0.1",
    "example.com",
    "0.0.0.0",
    "0",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "127.0.0.01",
    "127.0.0.256",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "localhost.example.com",
    "127.0.0.1.nip.io",
    "127.0.0.1.",
  ])("%s is refused, also where everything is listed that can be", (host) => {
    expect(lintTarget(host)).toHaveLength(1);
    expect(lintTarget(host)[0]).toMatch(/^targets\/shop\/target.yaml:4:44: "http:.*; expected (an address|a URL)/);
    expect(lintTarget(host, "addresses: [192.168.0.0/16, db.internal]\n")).toHaveLength(1);
  });

  test.each([
    ["10.1.2.3", "10.1.0.0/16"],
    ["10.1.2.3", "10.1.2.3"],
    ["db.internal", "db.internal"],
    ["[fd00::7]", "fd00::/32"],
  ])("%s is taken when %s is listed, and becomes part of the target", (host, entry) => {
    expect(lintTarget(host)).toHaveLength(1);
    expect(lintTarget(host, `addresses: ["${entry}"]\n`)).toEqual([]);
  });

  test.each(["0.0.0.0/0", "0.0.0.0", "10.0.0.0/4", "::/0", "2130706433", "::ffff:10.0.0.1", "10.1.2.3/33", "a b", "*"])(
    "the entry %s says too much or nothing, and is refused",
    (entry) => {
      expect(lintTarget("127.0.0.1", `addresses: ["${entry}"]\n`)).toEqual([
        expect.stringContaining(`:12:13: "${entry}"; expected a host name`),
      ]);
    },
  );

  test("limits are read, and refused when they are none", () => {
    const text = (more: string) => sound.replace("READY", "http://127.0.0.1/") + more;
    const lintText = (more: string) =>
      lintTargetText(text(more), "targets/shop/target.yaml", {
        probeKinds,
        platformNames,
        dir: "/x/targets/shop",
        exists: () => true,
        read: () => "",
      });
    expect(lintText("limits: { max_share: 0.25, max_duration: 1m, max_dose: 0.1 }\n").target?.limits).toEqual({
      maxShare: 0.25,
      maxDurationMs: 60_000,
      maxDose: 0.1,
    });
    expect(lintText("limits: { max_share: 2, max_duration: 2m }\n").problems).toHaveLength(1);
    expect(lintText("limits: { max_duration: 3000m }\n").problems).toHaveLength(1);
  });
});
