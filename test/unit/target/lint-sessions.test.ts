// Sessions in target.yaml: what they become, and every mistake at its place.

import { expect, test } from "vitest";
import { withKeys, keysOf } from "../../../src/core/keys.ts";
import { bodiesOf, requestsOf, requestsPerSession, withBodies } from "../../../src/core/session.ts";
import type { TrafficSpec } from "../../../src/core/target.ts";
import { changed, here, problems } from "./lint-cases.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { file } from "./lint-cases.ts";

/** Where the last key of the stream ends in the target of the cases. */
const mark = "  stream: sse\n";
const withSession = (session: string): string => changed(mark, `${mark}  session:\n${session}`);

const two = `
    - users: readers
      share: 0.7
      think: 300ms
      steps:
        - { name: ask }
        - { name: again, row: same, think: { from: 100ms, to: 1s }, headers: { content-type: text/plain } }
    - users: writers
      share: 0.3
      keys: ["{env:ALICE_KEY}", "{env:BOB_KEY}"]
      steps:
        - name: write
          method: POST
          url: "http://127.0.0.1:{port:front}/documents/{session}"
          headers: { authorization: "Bearer {key}" }
          body: { id: "{session}", big: 9007199254740993 }
          stream: whole
`.slice(1);

const read = (text: string) => {
  const { target, problems: found } = lintTargetText(text, file, here);
  if (target === undefined) throw new Error(JSON.stringify(found));
  return target;
};

test("each step is a whole request: it shares what it does not say, or, with a URL of its own, the headers alone", () => {
  const target = read(withSession(two));
  const stream = target.streams[0] as TrafficSpec;
  const [ask, again, write] = requestsOf(stream);
  expect(ask).toMatchObject({ url: stream.url, body: stream.body, stream: "sse", headers: stream.headers });
  expect(again).toMatchObject({ body: stream.body, headers: { "content-type": "text/plain" } });
  expect(write).toMatchObject({
    method: "POST",
    stream: "whole",
    headers: { ...stream.headers, authorization: "Bearer {key}" },
  });
  expect(write).not.toHaveProperty("rightWhenContains");
  expect(stream.session?.[0]?.steps.map(({ think, sameRow }) => [think.leastMs, think.mostMs, sameRow])).toEqual([
    [0, 0, false],
    [100, 1000, true],
  ]);
  expect(requestsPerSession(stream.session ?? [])).toBeCloseTo(1.7, 9);
});

test("numbers of a step's body stay as they are written on their way to the load process", () => {
  const stream = read(withSession(two)).streams[0] as TrafficSpec;
  const bodies = bodiesOf(stream);
  expect(bodies.at(-1)).toBe('{"id":"{session}","big":9007199254740993}');
  expect(bodiesOf(withBodies(withBodies(stream, []), bodies))).toEqual(bodies);
});

test("keys stand by name in the file, and are filled in at the moment of use", () => {
  const target = read(withSession(two));
  expect(keysOf(target)).toEqual(["ALICE_KEY", "BOB_KEY"]);
  const filled = withKeys(target, (name) => `value of ${name}`).streams[0] as TrafficSpec;
  expect(filled.session?.[1]?.keys).toEqual(["value of ALICE_KEY", "value of BOB_KEY"]);
});

test.each<[string, (text: string) => string, RegExp[]]>([
  ["shares that do not add up", (text) => text.replace("0.7", "0.5"), [/shares that add up to 0\.8"?.*1|0\.8/]],
  ["a group without a share", (text) => text.replace("      share: 0.3\n", ""), [/no share of the group "writers"/]],
  ["a group twice", (text) => text.replace("users: writers", "users: readers"), [/"readers" again/]],
  ["a step twice", (text) => text.replace("name: again", "name: ask"), [/"ask" again/]],
  ["a think time first", (text) => text.replace("name: ask }", "name: ask, think: 1s }"), [/before the first step/]],
  ["the row of no step", (text) => text.replace("name: ask }", "name: ask, row: same }"), [/of the first step/]],
  ["thinking backwards", (text) => text.replace("to: 1s", "to: 50ms"), [/100ms to 50ms/]],
  ["thinking for ever", (text) => text.replace("to: 1s", "to: 2m"), [/2m/]],
  ["a literal key", (text) => text.replace('"{env:BOB_KEY}"', "sk-bobs-own-key"), [/no name of a key/]],
  ["keys that nobody sends", (text) => text.replace("Bearer {key}", "Bearer {env:OTHER_KEY}"), [/no header names/]],
  ["a key that nobody has", (text) => text.replace(/ {6}keys: .*\n/, ""), [/no keys of the group "writers"/]],
  ["a key in a body", (text) => text.replace('id: "{session}"', 'id: "{key}"'), [/\{key\}/]],
  ["half a request", (text) => text.replace("          method: POST\n", ""), [/a URL without `method`/]],
  ["an address elsewhere", (text) => text.replace("127.0.0.1", "10.1.2.3"), [/10\.1\.2\.3/]],
  ["a field that no row has", (text) => text.replace("big: 9007199254740993", 'of: "{nothing}"'), [/\{nothing\}/]],
])("%s is refused at its place", (_what, change, expected) => {
  const found = problems(withSession(change(two)));
  expect(found).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(found[index]).toMatch(pattern);
  expect(found.join()).not.toContain("sk-bobs");
});
