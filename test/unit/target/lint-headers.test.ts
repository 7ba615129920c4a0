import { expect, test } from "vitest";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { changed, file, here } from "./lint-cases.ts";

const places: readonly (readonly [string, (headers: string) => string])[] = [
  ["traffic", (headers) => changed("{ content-type: application/json }", headers)],
  ["health", (headers) => changed("health: /health\n", `health: { path: /health, headers: ${headers} }\n`)],
  ["probes", (headers) => changed("path: /manifest,", `path: /manifest, headers: ${headers},`)],
];

function found(text: string): string {
  const { problems } = lintTargetText(text, file, here);
  expect(problems.map(({ place }) => text.split("\n")[(place?.line ?? 0) - 1]?.includes("headers:"))).toEqual([true]);
  expect(problems[0]?.place?.column).toBeGreaterThan(1);
  return JSON.stringify(problems[0]);
}

const bad: readonly (readonly [string, string, string])[] = [
  ["a space in a name", '{ "x y": a }', "name"],
  ["a key in a name", '{ "x-{env:KEY}": a }', "name"],
  ["another host", "{ Host: evil.example }", "host"],
  ["a control character", String.raw`{ x-a: "b\u0007" }`, "cannot hold"],
  ["a key in capitals", '{ x-a: "{ENV:KEY}" }', "not written so"],
  ["doubled braces", '{ x-a: "{{env:KEY}}" }', "doubled braces"],
  ["a literal key", "{ authorization: Bearer sk-live-hunter22 }", "a literal key"],
  ["a literal key of a proxy", "{ api-key: hunter22 }", "a literal key"],
  ["a key beside a name", '{ api-key: "hunter22{env:KEY}" }', "a literal key"],
  ["a literal key under any name", "{ x-a: Bearer hunter22 }", "a literal key"],
];

test.each(bad)("%s in headers is refused at its place, wherever they stand, and no key is repeated", (...each) => {
  const [, headers, expected] = each;
  for (const [, text] of places) {
    const said = found(text(headers));
    expect(said).toContain(expected);
    expect(said).not.toContain("hunter22");
  }
});

test.each([
  '{ authorization: "Bearer {env:KEY}" }',
  '{ Authorization: "Token token={env:KEY}" }',
  '{ x-api-key: "{env:KEY}", x-probe: "1", accept: "application/json; q=1" }',
  "{ idempotency-key: a-b-c-d, x-request-id: abcdef }",
])("headers %s are sound wherever they stand", (headers) => {
  for (const [, text] of places) expect(lintTargetText(text(headers), file, here).problems).toEqual([]);
});
