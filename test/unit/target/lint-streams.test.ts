// Named streams of a target: each mistake at its place, and what other sources than our own may say.

import { expect, test } from "vitest";
import { z } from "zod";
import type { SourceKind } from "../../../src/core/load-source.ts";
import { formatProblem } from "../../../src/core/errors.ts";
import { loadSources } from "../../../src/load/index.ts";
import { platformNames } from "../../../src/platforms/index.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { ownSource } from "../../../src/target/stream-schema.ts";

const file = "targets/rag/target.yaml";

const scripted: SourceKind = {
  name: "script",
  about: "a script that asks when it likes",
  knowsSendTimes: false,
  shape: { file: z.string("a file").describe("The script."), base: z.string().optional() },
};

const tables = { probeKinds, platformNames, loadSources: [...loadSources, scripted] };

function lint(traffic: string, addresses = "") {
  const text = `name: rag
summary: A stack.
chaos: allowed
${addresses}start: { command: [x], ready: "http://127.0.0.1:{port:gateway}/ready", timeout: 60s, stop_timeout: 5s }
services:
  - { name: gateway, health: /health, replicas: [{ id: gateway, port_env: PORT }] }
edges: []
inventory: http://127.0.0.1:{port:gateway}/inventory
traffic:
${traffic}
probes: []
classes: []
pathways: []
`;
  const context = { dir: "/x/targets/rag", exists: () => true, read: () => '{"q":"what?"}\n' };
  const found = lintTargetText(text, file, { ...context, ...tables });
  return { ...found, told: found.problems.map((problem) => formatProblem(problem).replace(`${file}:`, "")) };
}

const url = "http://127.0.0.1:{port:gateway}/x";
const stream = (name: string, more = ""): string =>
  `  - { name: ${name}, method: GET, url: "${url}", stream: whole${more} }`;

test("a list keeps its order, and the single form is one stream, as before", () => {
  const { target, told } = lint([stream("ask"), stream("chat_2", ", dataset: rows.jsonl")].join("\n"));
  expect(told).toEqual([]);
  expect(target?.streams).toMatchObject([{ name: "ask" }, { name: "chat_2", dataset: "/x/targets/rag/rows.jsonl" }]);
  const single = lint(`  name: a-b\n  method: GET\n  url: ${url}\n  stream: whole`);
  expect(single.told).toEqual([]);
  expect(single.target?.streams).toMatchObject([{ name: "a-b" }]);
});

test.each<[string, string, RegExp[]]>([
  ["the same name twice", [stream("ask"), stream("ask")].join("\n"), [/^11:13: the stream "ask" again/]],
  ["a hyphen", [stream("ask"), stream("chat-fast")].join("\n"), [/^11:13: "chat-fast".*such as chat_fast/]],
  ["a name that expressions use", stream("count"), [/^10:13: "count".*another name than/]],
  ["an empty list", "  []", [/^10:3: an empty list; expected at least 1 in the list/]],
  ["no list and no map", "  ask", [/expected/]],
  [
    "a field without rows",
    [stream("ask"), stream("b", ", body: { q: '{q}' }")].join("\n"),
    [/^11:\d+: {q} without a dataset/],
  ],
  ["an address elsewhere", stream("ask").replace("127.0.0.1", "10.0.0.1"), [/^10:\d+: "http:\/\/10\.0\.0\.1/]],
  [
    "two mistakes in one stream",
    stream("ask", ", answr: json, don: x"),
    [/unknown key "answr".*did you mean "answer"/, /unknown key "don".*"done"/],
  ],
  ["a key of another kind", stream("ask", ", done: x"), [/^10:\d+: "x" with stream: whole/]],
  ["an unknown source", "  - { name: a, source: k7, file: x.js }", [/.*/]],
  [
    "a mistake in another source",
    "  - { name: a, source: script, fil: x.js }",
    [/unknown key "fil".*did you mean "file"/],
  ],
  [
    "another source elsewhere",
    "  - { name: a, source: script, file: x, base: 'wss://10.0.0.1:80/x' }",
    [/^10:\d+: "wss:\/\/10\.0\.0\.1/],
  ],
])("%s is a problem at its place", (_what, traffic, patterns) => {
  const { told } = lint(traffic);
  expect(told.length).toBeGreaterThanOrEqual(patterns.length);
  for (const [index, pattern] of patterns.entries()) expect(told[index]).toMatch(pattern);
});

test("a stream of another source keeps what its source alone reads, and whether send times are known", () => {
  const { target, told } = lint(
    `${stream("ask")}\n  - { name: walk, source: script, file: w.js, base: "http://localhost:{port:gateway}/" }`,
  );
  expect(told).toEqual([]);
  const params = { file: "w.js", base: "http://localhost:{port:gateway}/" };
  expect(target?.streams[1]).toEqual({ name: "walk", source: "script", closedLoop: true, params });
  expect(
    lint(`  - { name: w, source: script, file: w.js, base: "ws://10.0.0.7/" }`, "addresses: [10.0.0.7]\n").told,
  ).toEqual([]);
});

test("the source that is meant where none is named is the first of the table", () => {
  expect(loadSources[0].name).toBe(ownSource);
});
