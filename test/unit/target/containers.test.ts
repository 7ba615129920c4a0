import { expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import type { Target } from "../../../src/core/target.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { file, here, sound } from "./lint-cases.ts";

const target = `name: shop
summary: A shop in containers.
platform: docker
chaos: allowed
containers: { compose: compose.yaml }
start: { ready: "http://127.0.0.1:{port:web-1}/ready", timeout: 15s, stop_timeout: 3s }
services:
  - name: web
    health: /health
    replicas: [{ id: web-1, port: 8080 }, { id: second, container: web-2, port: 8080 }]
edges: []
traffic: { name: hello, method: GET, url: "http://127.0.0.1:{port:web-1}/", stream: whole }
probes: []
classes: []
pathways: []
`;
const compose = `services:
  web:
    image: shop:1
    scale: 2
    command: [node, web.js, "$$HOME"]
    environment: [A=1, B=]
    labels: { team: shop }
    ports: ["127.0.0.1:8080:8080", 9090]
    networks: { inner: { aliases: [shop] } }
    volumes: [data:/var/data:ro]
    healthcheck: { test: [CMD, node, check.js], interval: 1m30s, timeout: 500ms, retries: 2 }
    restart: on-failure:3
    depends_on: { db: { condition: service_healthy } }
    init: true
    mem_limit: 64m
    cpus: 0.5
    tmpfs: ["/cache:size=8m"]
  db:
    image: db:1
    networks: [inner]
    healthcheck: { test: check-db }
networks:
  inner:
volumes:
  data:
`;

function lint(text: string, composed = compose): { target: unknown; says: string[] } {
  const context = { ...here, read: () => composed };
  const { target: made, problems } = lintTargetText(text, file, context);
  return { target: made, says: problems.map(formatProblem) };
}

test("a compose file is read whole, in the order of its starts", () => {
  const { target: made, says } = lint(target);
  expect(says).toEqual([]);
  expect(made).toMatchObject({
    platform: "docker",
    services: [
      {
        replicas: [
          { id: "web-1", container: { service: "web", number: 1, port: 8080 } },
          { id: "second", container: { service: "web", number: 2, port: 8080 } },
        ],
      },
    ],
    containers: {
      compose: {
        networks: ["inner"],
        volumes: ["data"],
        services: [
          { name: "db", restart: { name: "no", retries: 0 } },
          {
            name: "web",
            command: ["node", "web.js", "$HOME"],
            environment: { A: "1", B: "" },
            labels: { team: "shop" },
            ports: [8080, 9090],
            networks: [{ name: "inner", aliases: ["shop"] }],
            volumes: [{ name: "data", path: "/var/data", readOnly: true }],
            healthcheck: { test: ["CMD", "node", "check.js"], everyMs: 90_000, timeoutMs: 500, retries: 2 },
            restart: { name: "on-failure", retries: 3 },
            dependsOn: [{ service: "db", healthy: true }],
            init: true,
            memoryBytes: 67_108_864,
            cpus: 0.5,
            tmpfs: { "/cache": "size=8m" },
          },
        ],
      },
    },
  });
});

test.each([
  ["a key that is not started", "init: true", "privileged: true", "targets/shop/compose.yaml:14:5", "privileged"],
  ["a build", "image: db:1", "build: .", "targets/shop/compose.yaml:19:5", "build"],
  [
    "a folder of the machine",
    "data:/var/data:ro",
    "./data:/var/data",
    "targets/shop/compose.yaml:10:15",
    "named volume",
  ],
  ["a variable", "image: db:1", "image: db:${TAG}", "targets/shop/compose.yaml:19:12", "variables are not filled in"],
  ["a driver", "  data:\n", "  data: { driver: nfs }\n", "targets/shop/compose.yaml:25:11", "driver"],
  ["an unknown network", "[inner]", "[outer]", "targets/shop/compose.yaml:20:15", 'unknown network "outer"'],
  ["a name without a value", "[A=1, B=]", "[A=1, B]", "compose.yaml:6:24", "NAME=value"],
  ["a name with nothing", "[A=1, B=]", "{ A: }", "compose.yaml:6:20", "nothing"],
  [
    "a wait for a check that is not there",
    "{ test: check-db }",
    "{ test: [NONE] }",
    "compose.yaml:13:36",
    "of db in this",
  ],
  ["a number that is not exact", "[A=1, B=]", "{ A: 90071992547409931 }", "compose.yaml:6:", "quotes"],
  ["a port of zero", "9090]", '"0:80"]', "compose.yaml:8:36", "the port inside"],
  ["a port beyond all", "9090]", '"99999"]', "compose.yaml:8:36", "the port inside"],
  ["fewer than no processors", "cpus: 0.5", "cpus: -1", "compose.yaml:16:11", "above 0"],
  ["no processors", "cpus: 0.5", 'cpus: "0"', "compose.yaml:16:11", "above 0"],
  ["too little memory", "mem_limit: 64m", "mem_limit: 5m", "compose.yaml:15:16", "6m at least"],
  ["memory without a size", "/cache:size=8m", "/cache", "compose.yaml:17:13", "a path inside with its size"],
  ["a check of no kind", "[CMD, node, check.js]", "[node, check.js]", "compose.yaml:11:26", "CMD-SHELL or NONE"],
  ["a label that forbids", "{ team: shop }", "{ rebound.chaos: forbidden }", "compose.yaml:7:15", "rebound.chaos"],
  ["a line that forbids", "{ team: shop }", "[rebound.chaos=forbidden]", "compose.yaml:7:14", "rebound.chaos"],
  [
    "a circle",
    "    networks: [inner]\n",
    "    depends_on: [web]\n",
    "targets/shop/compose.yaml:2:3",
    "wait for each other",
  ],
] as const)(
  "%s in the compose file is refused by its name and place",
  (_what, from, ...[to, place, words]: readonly string[]) => {
    const { target: made, says } = lint(target, compose.replace(from, to ?? ""));
    expect(made).toBeUndefined();
    const all = says.join("\n");
    expect(all).toContain(place ?? "no place");
    expect(all).toContain(words ?? "no words");
  },
);

test("numbers of the environment and of labels reach a container as they are written", () => {
  const numbers = "{ A: 1.10, B: 010, C: 1e3, D: 7, E: '1.20', F: true }";
  const written = compose.replace("[A=1, B=]", numbers).replace("{ team: shop }", "{ version: 2.0 }");
  const { target: made, says } = lint(target, written);
  expect(says).toEqual([]);
  const { services } = (made as Target).containers?.compose ?? { services: [] };
  const web = services.find(({ name }) => name === "web");
  expect(web?.environment).toEqual({ A: "1.10", B: "010", C: "1e3", D: "7", E: "1.20", F: "true" });
  expect(web?.labels).toEqual({ version: "2.0" });
});

test("an edge to a service of containers is one to each of its replicas, by the name that is called anyway", () => {
  const { target: made, says } = lint(target.replace("edges: []", "edges: [{ from: shop, to: web }]"));
  expect(says.join()).toContain('unknown caller "shop"');
  const sound = lint(target.replace("edges: []", "edges: [{ from: web-1, to: web }]"));
  expect(made).toBeUndefined();
  expect(sound.says).toEqual([]);
  expect((sound.target as Target).edges).toEqual([
    { from: "web-1", to: "web-1" },
    { from: "web-1", to: "second" },
  ]);
});

test.each([
  ["a replica that no container is", "container: web-2", "container: web-3", "web-1 to web-2"],
  ["a replica without its port", "id: web-1, port: 8080", "id: web-1", 'no "port"'],
  ["two sources of containers", "{ compose: compose.yaml }", "{ compose: compose.yaml, project: shop }", "not one of"],
  [
    "a variable of an edge",
    "edges: []",
    "edges: [{ from: web, to: second, address_env: TO_IT }]",
    "go on calling the name",
  ],
  [
    "a second edge to one name",
    "edges: []",
    "edges: [{ from: web, to: second }, { from: web-1, to: second }]",
    "one edge to it",
  ],
  ["a command", "start: {", "start: { command: [node, a.js],", "asks the engine"],
  ["an inventory", "edges: []", "edges: []\ninventory: http://127.0.0.1:1/", "asks the engine"],
  [
    "a switch that nobody is told of",
    "{ compose: compose.yaml }",
    "{ project: shop }\nunhealed_env: OFF",
    "no variables",
  ],
  [
    "a feed of a log",
    "edges: []",
    "edges: []\nfeed: { kind: log, lines: [{ matches: x, type: detected }] }",
    "no log of a",
  ],
  [
    "a switch with a value that is not filled in",
    "edges: []",
    'edges: []\nablate: { restart: { env: { OFF: "{workDir}/off" } } }',
    "fills in none",
  ],
  [
    "a command that would switch a pathway off",
    "edges: []",
    "edges: []\nablate: { restart: { command: [node, other.js] } }",
    "not by a command of ours",
  ],
] as const)("%s of a target of containers is refused", (_what, from, to, words) => {
  expect(target).toContain(from);
  expect(lint(target.replace(from, to)).says.join("\n")).toContain(words);
});

test("the machine's network is for start.compose alone, and that for processes alone", () => {
  const says = lint(target, compose.replace("init: true", "network_mode: host")).says.join("\n");
  expect(says).toContain("it may stand under start.compose alone");
  const both = lint(target.replace("start: {", "start: { compose: compose.yaml,")).says.join("\n");
  expect(both).toContain("for a stack of this machine's processes");
});

test.each([
  ["no command", "  command: [node, stack.js]\n", "", 'no "command"'],
  ["containers", "edges:\n", "containers: { project: shop }\nedges:\n", "containers without it"],
  ["an edge of no variable", ", address_env: FRONT_TO_BACK_1", "", 'no "address_env"'],
  ["a port inside", "id: front, port_env: FRONT_PORT", "id: front, port: 80", 'no "port_env"'],
] as const)("a target of processes with %s is refused", (_what, from, to, words) => {
  expect(sound).toContain(from);
  expect(lintTargetText(sound.replace(from, to), file, here).problems.map(formatProblem).join("\n")).toContain(words);
});
