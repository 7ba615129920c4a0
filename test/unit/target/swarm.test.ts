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
  [
    "two sources",
    "containers: { stack: shop }",
    "containers: { stack: shop, compose: s.yaml }",
    "or { compose: FILE }",
  ],
  ["a command", 'start: { ready: "', 'start: { command: [node, x], ready: "', "does not offer this"],
  ["variables of an arm", "feed: none", "feed: none\nunhealed_env: OFF", "does not offer this"],
  ["a switch by a variable", "{ restart_condition: none }", "{ env: { A: b } }", "restart_condition: none, or"],
  ["a port told by a variable", "id: web-1, port: 8080", "id: web-1, port_env: PORT", "port that its container"],
  [
    "a command in a task",
    "probes: []",
    "probes: [{ name: ready.web, kind: exec, command: [ready], service: web, every: 1s, timeout: 1s }]",
    '14:35: "exec"; expected another kind',
  ],
  ["another platform's switch", "platform: swarm", "platform: docker", "platform: swarm"],
])("a stack of a Swarm with %s is refused where it stands", (_what, from, to, expected) => {
  const { says } = lint(target.replace(from, to));
  expect(says.join("\n")).toContain(expected);
});

const stackFile = `version: "3.8"
services:
  web:
    image: shop:1
    environment: { LEVEL: 1.10 }
    ports: [{ target: 8080, published: 80, mode: host }]
    deploy:
      replicas: 2
      labels: { team: shop }
      placement: { constraints: [node.role == worker] }
      restart_policy: { condition: on-failure, delay: 500ms, max_attempts: 3 }
      update_config: { parallelism: 1, monitor: 2s, failure_action: rollback, order: start-first }
`;

/** What is said of a target that names the stack file, and what it makes of it. */
function deployed(stack: string): { deploy: unknown; says: string } {
  const text = target.replace("{ stack: shop }", "{ compose: stack.yaml }");
  const files = { ...here, read: (path: string) => (path.endsWith("stack.yaml") ? stack : here.read()) };
  const { target: made, problems } = lintTargetText(text, file, files);
  return { deploy: made?.containers?.deploy, says: problems.map(formatProblem).join("\n") };
}

test("a stack file is read as it is deployed", () => {
  const { deploy, says } = deployed(stackFile);
  expect(says).toBe("");
  expect(deploy).toMatchObject({
    networks: ["default"],
    services: [
      {
        name: "web",
        image: "shop:1",
        replicas: 2,
        environment: { LEVEL: "1.10" },
        labels: { team: "shop" },
        ports: [{ inside: 8080, published: 80 }],
        endpoint: "vip",
        constraints: ["node.role==worker"],
        restart: { condition: "on-failure", delayMs: 500, attempts: 3 },
        update: { parallelism: 1, monitorMs: 2000, onFailure: "rollback", order: "start-first" },
      },
    ],
  });
});

test.each([
  [
    "a volume",
    "    image: shop:1",
    "    image: shop:1\n    volumes: [data:/data]",
    'stack.yaml:5:5: unknown key "volumes"',
  ],
  ["a secret", "services:", "secrets: { key: { file: key } }\nservices:", 'stack.yaml:2:1: unknown key "secrets"'],
  ["the routing mesh", "mode: host", "mode: ingress", "host: the routing mesh"],
  ["a short port", "{ target: 8080, published: 80, mode: host }", '"80:8080"', "mode: host"],
  ["a global service", "replicas: 2", "mode: global", "replicated: a slot"],
  ["too few slots", "replicas: 2", "replicas: 1", '"web-2"'],
  ["a network of nobody", "    image: shop:1", "    image: shop:1\n    networks: [inner]", 'unknown network "inner"'],
  ["its owner's word", "{ team: shop }", "{ rebound.chaos: forbidden }", "its owner must change it"],
  ["a variable", "shop:1", "shop:${TAG}", "variables are not filled in"],
])("a stack file with %s is refused by its name and place", (_what, from, to, expected) => {
  expect(deployed(stackFile.replace(from, to)).says).toContain(expected);
});
