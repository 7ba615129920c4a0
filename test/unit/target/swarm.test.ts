import { expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { file, here } from "./lint-cases.ts";

const target = `name: shop
summary: A shop on a Swarm.
platform: swarm
chaos: allowed
addresses: [10.9.0.0/16]
containers: { stack: shop }
start: { ready: "http://10.9.0.1:8080/ready", timeout: 15s, stop_timeout: 3s }
services:
  - name: web
    health: /health
    replicas: [{ id: web-1, port: 8080 }, { id: second, container: web-2, port: 8080 }]
edges: []
traffic: { name: hello, method: GET, url: "http://10.9.0.1:8080/", stream: whole }
probes: []
feed: none
classes: []
pathways: [{ name: reschedule, summary: Another task., seen_as: restart }]
ablate: { reschedule: { restart_condition: none } }
`;

function lint(text: string): { target: unknown; says: string[] } {
  const { target: made, problems } = lintTargetText(text, file, here);
  return { target: made, says: problems.map(formatProblem) };
}

test("a stack of a Swarm is read with its slots and its switches", () => {
  const { target: made, says } = lint(target);
  expect(says).toEqual([]);
  expect(made).toMatchObject({
    platform: "swarm",
    containers: { stack: "shop" },
    ablations: { reschedule: { restartCondition: "none" } },
    services: [
      {
        replicas: [
          { id: "web-1", container: { service: "web", number: 1, port: 8080 } },
          { id: "second", container: { service: "web", number: 2, port: 8080 } },
        ],
      },
    ],
  });
});

test.each([
  [
    "a project beside it",
    "containers: { stack: shop }",
    "containers: { project: shop }",
    "containers: { stack: NAME }",
  ],
  ["a command", 'start: { ready: "', 'start: { command: [node, x], ready: "', "does not offer this"],
  ["variables of an arm", "feed: none", "feed: none\nunhealed_env: OFF", "does not offer this"],
  ["a switch by a variable", "{ restart_condition: none }", "{ env: { A: b } }", "restart_condition: none, or"],
  ["a port told by a variable", "id: web-1, port: 8080", "id: web-1, port_env: PORT", "port that its container"],
  ["another platform's switch", "platform: swarm", "platform: docker", "platform: swarm"],
])("a stack of a Swarm with %s is refused where it stands", (_what, from, to, expected) => {
  const { says } = lint(target.replace(from, to));
  expect(says.join("\n")).toContain(expected);
});
