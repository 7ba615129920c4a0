import { expect, test } from "vitest";
import { exactJsonText, type Written } from "../../../src/core/exact-json.ts";
import type { Target } from "../../../src/core/target.ts";
import { formatProblem } from "../../../src/core/errors.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { platformNames } from "../../../src/platforms/index.ts";

const file = "targets/rag/target.yaml";
const sound = `name: rag
summary: A stack.
chaos: allowed
start: { command: [x], ready: "http://127.0.0.1:{port:gateway}/ready", timeout: 60s, stop_timeout: 5s }
services:
  - { name: gateway, health: /health, replicas: [{ id: gateway, port_env: PORT }] }
edges: []
inventory: http://127.0.0.1:{port:gateway}/inventory
traffic:
  name: chat
  method: POST
  url: http://127.0.0.1:{port:gateway}/chat?s={seed}&u={user}
  headers: { x-user: "{user}" }
  body: { seed: 464004151041070705, temperature: 1.0, top_p: 0.50, big: 1e400, hex: 0x1F, messages: [{ content: "{q}" }], k: "{k}" }
  stream: sse
  dataset: rows.jsonl
  right_when_contains: "[{gold}]"
probes: []
classes: []
pathways: []
`;
const goodRows = '{"q":"what?","gold":"x","user":"u","k":1}\n{"q":"why?","gold":"y","user":"v","k":2}\n';

function lint(text: string, rows = goodRows) {
  return lintTargetText(text, file, {
    probeKinds,
    platformNames,
    dir: "/x/targets/rag",
    exists: (path) => path === "/x/targets/rag/rows.jsonl",
    read: () => {
      if (rows === "unreadable") throw new Error("EISDIR: it is a folder");
      return rows;
    },
  });
}

const problems = (text: string, rows?: string): string[] =>
  lint(text, rows).problems.map((problem) => formatProblem(problem).replace(`${file}:`, ""));

function bodyOf(target: Target | undefined): Written {
  const [stream] = target?.streams ?? [];
  return stream === undefined || "source" in stream ? null : stream.body;
}

function changed(from: string, to: string): string {
  if (!sound.includes(from)) throw new Error(`no ${from}`);
  return sound.replace(from, to);
}

test("numbers of a body are sent as they were written", () => {
  const { target, problems: found } = lint(sound);
  expect(found).toEqual([]);
  expect(exactJsonText(bodyOf(target))).toBe(
    '{"seed":464004151041070705,"temperature":1.0,"top_p":0.50,"big":1e400,"hex":31,"messages":[{"content":"{q}"}],"k":"{k}"}',
  );
  const anchored = changed("body: {", "body: { <<: *usual,").replace(
    "name: rag",
    "x-u: &usual { max: 9007199254740993 }\nname: rag",
  );
  expect(exactJsonText(bodyOf(lint(anchored).target))).toContain('"max":9007199254740993');
});

test.each<[string, string, string, string]>([
  [
    "in the body",
    '"{q}"',
    '"{question}"',
    "14:114: {question}, which is no field of rows.jsonl; expected a field of the dataset; known: q, gold, user, k; for the text itself write {{question}}",
  ],
  [
    "in the url",
    "u={user}",
    "u={usr}",
    '12:56: {usr}, which is no field of rows.jsonl; expected a field of the dataset; did you mean "user"?',
  ],
  [
    "in a header",
    '"{user}" }',
    '"Bearer ${KEY}" }',
    "13:31: {KEY}, which is no field of rows.jsonl; expected a field of the dataset; environment variables are not filled in here",
  ],
  [
    "in what is right",
    '"[{gold}]"',
    '"[{gold_answer}]"',
    "17:26: {gold_answer}, which is no field of rows.jsonl; expected a field of the dataset; known: q, gold, user, k; for the text itself write {{gold_answer}}",
  ],
  [
    "without a dataset",
    '  dataset: rows.jsonl\n  right_when_contains: "[{gold}]"\n',
    "",
    "12:56: {user} without a dataset, here and in 1 more; expected a `dataset` with that field; for the text itself write {{user}}",
  ],
])("a field that no row has is told %s, with its column", (_, from, to, expected) => {
  expect(problems(changed(from, to))[0]).toBe(expected);
});

test("braces that are none of ours can be written", () => {
  expect(problems(changed('"{q}"', '"{q} {{user}} { user { name } } \\\\d{3} {{anything}}"'))).toEqual([]);
});

test.each<[string, string, string]>([
  [
    "a field that one row lacks",
    '{"q":"a","gold":"x","user":"u","k":1}\n\n{"gold":"x","user":"u","k":1}\n',
    "14:114: {q}, which the row rows.jsonl:3 does not have; expected a field that every row has",
  ],
  [
    "a field that two rows lack",
    `${goodRows}{"gold":"x","user":"u","k":1}\n{"gold":"x","user":"u","k":1}\n`,
    "14:114: {q}, which the row rows.jsonl:3 and 1 more does not have; expected a field that every row has",
  ],
  [
    "a line that is not JSON",
    `${goodRows}{"q":`,
    "16:12: a line that is not JSON (rows.jsonl:3); expected a JSON object in each line",
  ],
  [
    "two lines that are no objects",
    `${goodRows}1\n2\n`,
    "16:12: a line that is not an object (rows.jsonl:3), and 1 more such lines; expected a JSON object in each line",
  ],
  ["no rows", "\n", "16:12: no rows (rows.jsonl:1); expected at least one row"],
  [
    "a dataset that cannot be read",
    "unreadable",
    '16:12: "rows.jsonl", which cannot be read: EISDIR: it is a folder; expected JSON Lines',
  ],
])("%s is one problem", (_, rows, expected) => {
  expect(problems(sound, rows)).toEqual([expected]);
});

test("a row without anything to look for would make every answer right", () => {
  const text = changed('"[{gold}]"', '"{gold}"');
  for (const gold of ['""', '" "', "null"]) {
    expect(problems(text, `${goodRows}{"q":"a","gold":${gold},"user":"u","k":1}\n`)).toEqual([
      "17:24: nothing to look for in answers to the row rows.jsonl:3; expected a text in every row",
    ]);
  }
});

test("one header in two cases is told", () => {
  expect(problems(changed('{ x-user: "{user}" }', '{ x-user: "{user}", X-User: b }'))[0]).toMatch(
    /the header "x-user" again/,
  );
});

test("a row that a header cannot hold is told", () => {
  for (const user of ["\\n", "😀", "\\u0000"]) {
    expect(problems(sound, `${goodRows}{"q":"a","gold":"x","user":"${user}","k":1}\n`)).toEqual([
      "13:22: characters that a header cannot hold, from the row rows.jsonl:3; expected Latin-1 without line breaks",
    ]);
  }
});

test("a template without quotes, which YAML reads as a map, is told", () => {
  expect(problems(changed('content: "{q}"', "content: {q}"))).toEqual([
    '14:113: {q} without quotes, which YAML reads as a map; expected "{q}"',
  ]);
  expect(problems(changed('content: "{q}"', "content: {{ q }}"))).toEqual([
    "14:114: a map as a key; expected a name; if it is a text, put it in quotes",
  ]);
});

test.each([
  [
    "Accept-Encoding: 'gzip, br'",
    '"gzip, br", which asks for compressed answers; expected "identity", or no such header: answers are read as they come',
  ],
  ["content-length: '5'", 'the header "content-length"; expected none that speaks of the connection; leave it out'],
  ["Expect: 100-continue", 'the header "expect"; expected none that speaks of the connection; leave it out'],
])("a header that would make every request fail is one problem: %s", (header, expected) => {
  const found = problems(changed('x-user: "{user}"', header));
  expect(found.map((problem) => problem.replace(/^\d+:\d+: /, ""))).toEqual([expected]);
});

test("answers as they come may be asked for", () => {
  expect(problems(changed('x-user: "{user}"', "accept-encoding: identity, connection: close"))).toEqual([]);
});

const withCanary = (text: string): string => text.replace("  stream: sse\n", "  stream: sse\n  canary: true\n");

test("a stream with canaries sends them where it says, and may ask for its own in what is right", () => {
  const { target, problems: found } = lint(
    withCanary(changed('"{q}"', '"{q} Mine is {canary}."').replace("[{gold}]", "{canary}")),
  );
  expect(found).toEqual([]);
  expect(target?.streams[0]).toMatchObject({ canary: true, rightWhenContains: "{canary}" });
  expect(lint(sound).target?.streams[0]).not.toHaveProperty("canary");
});

test("a canary that is not sent, that rows have too, or that nobody asked for, is told", () => {
  const unsent = problems(withCanary(changed("[{gold}]", "{canary}")));
  expect(unsent).toEqual([
    "16:11: {canary} nowhere in what is sent; expected {canary} in the URL, a header or the body",
  ]);
  const twice = problems(withCanary(changed('"{q}"', '"{canary}"')), goodRows.replaceAll('"k":', '"canary":"c","k":'));
  expect(twice).toEqual(['16:11: a field "canary" in the dataset too; expected one meaning of {canary}']);
  const [unasked] = problems(changed('"{q}"', '"{canary}"'));
  expect(unasked).toMatch(/\{canary\}, which is no field of rows\.jsonl; expected .*; say `canary: true` for one/);
  expect(problems(sound.replace("  stream: sse\n", "  stream: sse\n  canary: false\n"))[0]).toMatch(/^16:\d+: /);
});
