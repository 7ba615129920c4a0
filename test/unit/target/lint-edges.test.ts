// Edges to a service: they stand for an edge to each replica that the stack starts with.

import { expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { platformNames } from "../../../src/platforms/index.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, soundIntent } from "../../builders/intent-fixtures.ts";

const file = "targets/rag/target.yaml";

function lint(edges: string, more = "") {
  const text = `name: rag
summary: A stack.
chaos: allowed
start: { command: [x], ready: "http://127.0.0.1:{port:front}/ready", timeout: 60s, stop_timeout: 5s }
services:
  - { name: front, health: /health, replicas: [{ id: front, port_env: PORT }] }
  - { name: back, health: /health, ${more}replicas: [{ id: back-1, port_env: B1 }, { id: back-2, port_env: B2 }] }
edges:
${edges}
inventory: http://127.0.0.1:{port:front}/inventory
traffic: { name: x, method: GET, url: "http://127.0.0.1:{port:front}/", stream: whole }
probes: [{ name: replicas.back, kind: healthy-replicas, service: back, every: 250ms, timeout: 1s }]
classes: []
pathways: []
`;
  const dir = "/x/targets/rag";
  const read = { dir, probeKinds, platformNames, exists: () => true, read: () => "" };
  const { target, problems } = lintTargetText(text, file, read);
  return { target, told: problems.map((problem) => formatProblem(problem).replace(`${file}:`, "")) };
}

const single = [
  { from: "front", to: "back-1", addressEnv: "TO_BACK_1" },
  { from: "front", to: "back-2", addressEnv: "TO_BACK_2" },
];

test("an edge to a service is an edge to each of its replicas, as if each were written", () => {
  const { target, told } = lint('  - { from: front, to: back, address_env: "TO_{REPLICA}" }');
  expect(told).toEqual([]);
  expect(target?.edges).toEqual(single);
  const written = single.map(
    ({ from, to, addressEnv }) => `  - { from: ${from}, to: ${to}, address_env: ${addressEnv} }`,
  );
  expect(lint(written.join("\n")).target?.edges).toEqual(single);
});

test("a second way to the same replicas has a name, and an address of its own", () => {
  const usual = '  - { from: front, to: back, address_env: "TO_{REPLICA}" }';
  const spare = '  - { from: front, to: back, via: spare, address_env: "SPARE_TO_{REPLICA}" }';
  const { target, told } = lint(`${usual}\n${spare}`);
  expect(told).toEqual([]);
  expect(target?.edges).toEqual([
    ...single,
    { from: "front", to: "back-1", via: "spare", addressEnv: "SPARE_TO_BACK_1" },
    { from: "front", to: "back-2", via: "spare", addressEnv: "SPARE_TO_BACK_2" },
  ]);
  expect(lint(`${usual}\n${usual.replace("TO_", "OTHER_TO_")}`).told).toEqual([
    expect.stringContaining('the edge "front→back-1" again'),
    expect.stringContaining('the edge "front→back-2" again'),
  ]);
  expect(lint(`${usual}\n${usual.replace("address", "via: spare, address")}`).told).toEqual([
    expect.stringContaining('the variable "TO_BACK_1" again'),
    expect.stringContaining('the variable "TO_BACK_2" again'),
  ]);
});

test("a service that is called as its only replica may be written either way", () => {
  const plain = lint("  - { from: back-1, to: front, address_env: TO_FRONT }");
  const whole = lint('  - { from: back-1, to: front, address_env: "TO_{REPLICA}" }');
  expect(whole.target?.edges).toEqual(plain.target?.edges);
});

test.each<[string, string, RegExp]>([
  [
    "without a place for the replica",
    "TO_BACK",
    /^9:\d+: the service "back" with one variable.*such as TO_BACK_\{REPLICA\}/,
  ],
  [
    "with a place in lower case",
    "'TO_{replica}'",
    /^9:\d+: "TO_\{replica\}"; expected the name of an environment variable/,
  ],
  ["with another place", "'TO_{port:front}'", /^9:\d+: "TO_\{port:front\}"/],
])("an edge to a service %s is a problem at its place", (_what, variable, told) => {
  expect(lint(`  - { from: front, to: back, address_env: ${variable} }`).told).toEqual([expect.stringMatching(told)]);
});

test("a service that there is not, a replica with a place, and an edge twice are problems", () => {
  const unknown = lint('  - { from: front, to: bakc, address_env: "TO_{REPLICA}" }').told;
  expect(unknown).toEqual([expect.stringMatching(/^9:\d+: unknown service "bakc".*did you mean "back"/)]);
  const replica = lint('  - { from: front, to: back-1, address_env: "TO_{REPLICA}" }').told;
  expect(replica).toEqual([expect.stringMatching(/^9:\d+: unknown service "back-1"/)]);
  const twice = lint(
    '  - { from: front, to: back, address_env: "TO_{REPLICA}" }\n  - { from: front, to: back-2, address_env: B }',
  ).told;
  expect(twice).toEqual([expect.stringMatching(/^10:\d+: the edge "front→back-2" again/)]);
});

test("a condition may ask for more replicas than the stack starts with where the target says that there may be more", () => {
  const asked = (more: string) => {
    const { target } = lint("  - { from: front, to: back-1, address_env: A }", more);
    if (target === undefined) throw new Error("the target has problems");
    const shop = { ...target, name: "shop", classes: ["replica-slow"], streams: target.streams };
    const text = soundIntent.replace("replicas.inference == baseline.replicas.inference", "replicas.back <= 2");
    const known = { ...context, targets: new Map([["shop", shop]]) };
    return lintIntentText(text, "experiments/network/slow.yaml", known).problems.map(({ found }) => found);
  };
  expect(asked("")).toContain("a condition that is always true");
  expect(asked("at_most: 4, ")).not.toContain("a condition that is always true");
});
