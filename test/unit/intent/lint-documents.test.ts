import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { misplaced } from "../../builders/intent-fixtures.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { platformNames } from "../../../src/platforms/index.ts";

const file = "targets/echo/target.yaml";
const here = { probeKinds, platformNames, dir: "/somewhere/targets/echo", exists: () => true, read: () => "" };
/** A target that is sound without them. */
const bare = readFileSync(new URL("../../../targets/echo/target.yaml", import.meta.url), "utf8");
const audit = "audit: http://127.0.0.1:{port:front}/audit\n";
const documents = `documents:
  every: 500ms
  timeout: 3s
  write:
    url: http://127.0.0.1:{port:front}/documents
    method: POST
    body: { id: "{id}", text: "{text}" }
  read: { service: back, path: "/documents/{id}" }
`;
const sound = `${bare}${audit}${documents}`;
const first = bare.split("\n").length;

function changed(from: string, to: string): string {
  if (!sound.includes(from)) throw new Error(`no ${from}`);
  return sound.replace(from, to);
}

/** Line (from `audit` = 0), column and what was found. */
function problems(text: string): string[] {
  const found = lintTargetText(text, file, here).problems;
  expect(misplaced(text, found)).toEqual([]);
  return found.map(({ place, found }) => `${(place?.line ?? 0) - first}:${place?.column ?? 0} ${found}`);
}

describe("documents and audit of a target", () => {
  test("become part of it, with places as they are written", () => {
    const { target, problems: found } = lintTargetText(sound, file, here);
    expect(found).toEqual([]);
    expect(target).toMatchObject({
      auditUrl: "http://127.0.0.1:{port:front}/audit",
      documents: {
        everyMs: 500,
        timeoutMs: 3000,
        write: {
          at: { url: "http://127.0.0.1:{port:front}/documents" },
          method: "POST",
          headers: {},
          body: { id: "{id}", text: "{text}" },
        },
        read: { at: { service: "back", path: "/documents/{id}" } },
      },
    });
    expect(lintTargetText(bare, file, here).target).not.toHaveProperty("documents");
  });

  test.each<[string, string, string, string[]]>([
    [
      "an audit elsewhere",
      "audit: http://127.0.0.1:",
      "audit: http://10.0.0.1:",
      ['0:8 "http://10.0.0.1:{port:front}/audit"'],
    ],
    ["an unknown replica of the audit", "{port:front}/audit", "{port:frnt}/audit", ['0:8 unknown replica "frnt"']],
    [
      "documents sent elsewhere",
      "url: http://127.0.0.1:{port:front}/doc",
      "url: http://10.0.0.1:{port:front}/doc",
      ['5:10 "http://10.0.0.1:{port:front}/documents"'],
    ],
    ["an unknown replica", "{port:front}/documents", "{port:frnt}/documents", ['5:10 unknown replica "frnt"']],
    ["an unknown template", "{port:front}/documents", "{port:front}/{name}", ["5:10 the template {name}"]],
    ["an unknown service", "service: back, path", "service: bak, path", ['8:20 unknown service "bak"']],
    ["a place that is half", "service: back, path", "path", ["8:9 no whole place"]],
    [
      "a place that is two",
      "{ service: back,",
      '{ url: "http://127.0.0.1:{port:front}/{id}", service: back,',
      ["8:9 url beside service or path"],
    ],
    ["a body without the text", 'text: "{text}"', 'text: "text"', ["5:5 no {text}"]],
    ["a look that does not say for which", "/documents/{id}", "/documents", ["8:9 no {id}"]],
    ["writing too often", "every: 500ms", "every: 1ms", ["2:10 1ms"]],
    ["a method that does not write", "method: POST", "method: GET", ['6:13 "GET"']],
  ])("names the place of %s", (_, from, to, expected) => {
    expect(problems(changed(from, to))).toEqual(expected);
  });
});
