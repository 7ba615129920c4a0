import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keysOf } from "../../../src/core/keys.ts";
import { refuseWithoutKeys } from "../../../src/run/keys.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { changed, file, here, problems } from "./lint-cases.ts";

const written = "where it would be written down";

test.each<[string, string, string]>([
  ["a URL", "ready: http://127.0.0.1:{port:front}/ready", 'ready: "http://127.0.0.1:{port:front}/ready?{env:KEY}"'],
  ["users' URL", "/chat?q={question}", "/chat?q={question}&k={env:KEY}"],
  ["a body", "stream: true }", 'stream: true, user: "{env:KEY}" }'],
  ["a command", "command: [node, stack.js]", 'command: [node, stack.js, "{env:KEY}"]'],
  ["the path of a probe", "path: /manifest", 'path: "/manifest?{env:KEY}"'],
  ["a command of a probe", "kind: healthy-replicas,", 'kind: exec, command: [ask, "{env:KEY}"],'],
])("a key in %s is refused, since that is written down", (_where, from, to) => {
  expect(problems(changed(from, to))).toEqual([expect.stringContaining(`the key {env:KEY} ${written}`)]);
});

test("a name that no environment variable can have is refused", () => {
  expect(problems(changed("{ content-type: application/json }", '{ api-key: "{env:MY-KEY}" }'))).toEqual([
    expect.stringContaining("{env:MY-KEY}"),
  ]);
});

test.each<[string, string[]]>([
  ["/health then", ['15:13 "/health then"']],
  ["ping", ['15:13 "ping"']],
  ["{ status: 204 }", ['15:5 no "path"']],
  ["{ path: /ping, status: 2000 }", ["15:36 2000"]],
  ["{ path: /ping, header: {} }", ['15:28 unknown key "header"']],
])("a health of %s is refused at its place", (health, expected) => {
  expect(problems(changed("health: /health", `health: ${health}`))).toEqual(expected);
});

const keyed = changed("{ content-type: application/json }", '{ authorization: "Bearer {env:SHOP_KEY}" }').replace(
  'DATA: "{workDir}"',
  'DATA: "{workDir}", STACK_KEY: "{env:STACK_KEY}"',
);

test("a target that names keys is not begun without them, and no value is repeated", () => {
  const { target } = lintTargetText(keyed, file, here);
  if (target === undefined) throw new Error("the target is sound");
  expect(keysOf(target).toSorted()).toEqual(["SHOP_KEY", "STACK_KEY"]);
  const env = { SHOP_KEY: "abc", STACK_KEY: "long enough\nsecond line" };
  expect(() => refuseWithoutKeys([target], {})).toThrow(
    expect.objectContaining({
      code: "bad-input",
      problems: [
        expect.objectContaining({ found: "STACK_KEY is not set" }),
        expect.objectContaining({ found: "SHOP_KEY is not set" }),
      ],
    }),
  );
  expect(() => refuseWithoutKeys([target], env)).toThrow(
    expect.objectContaining({
      message: "2 keys missing or unfit; nothing was started",
      problems: [
        expect.objectContaining({ found: expect.stringMatching(/^STACK_KEY holds a line break/) }),
        expect.objectContaining({ found: expect.stringMatching(/^SHOP_KEY has fewer than 8 characters/) }),
      ],
    }),
  );
  expect(() => refuseWithoutKeys([target], { SHOP_KEY: "long enough", STACK_KEY: "as long as it" })).not.toThrow();
});

test.each<[string, string, string]>([
  ["a word of the timeline", "baseline", "a word of the timeline"],
  ["part of a word of the timeline", "confirme", "a word of the timeline"],
  ["a name of the target", "restart-replica", "part of a name"],
  ["part of a name of a probe", "replicas.b", "part of a name"],
  ["a template", "{seed} and {token}", "a brace"],
])("a key that is %s is refused before anything starts, and not repeated", (_, value, found) => {
  const { target } = lintTargetText(keyed, file, here);
  if (target === undefined) throw new Error("the target is sound");
  const env = { SHOP_KEY: "long enough", STACK_KEY: value };
  expect(() => refuseWithoutKeys([target], env)).toThrow(
    expect.objectContaining({
      code: "bad-input",
      problems: [
        expect.objectContaining({
          found: expect.stringMatching(`^STACK_KEY .*${found}`),
          suggestion: expect.stringContaining("another key"),
        }),
      ],
    }),
  );
});

test("a missing key is told at its place in the file", async ({ onTestFinished }) => {
  const dir = await mkdtemp(join(tmpdir(), "rebound-keys-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, "target.yaml"), `# {env:SHOP_KEY}\n${keyed}`);
  const { target } = lintTargetText(keyed, file, here);
  if (target === undefined) throw new Error("the target is sound");
  const [line, text = ""] = [...keyed.split("\n").entries()].find(([, each]) => each.includes("{env:SHOP_KEY}")) ?? [0];
  const place = { file, line: line + 2, column: text.indexOf("{env:") + 1 };
  expect(() => refuseWithoutKeys([{ ...target, dir }], { STACK_KEY: "as long as it" })).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ place })] }),
  );
});
