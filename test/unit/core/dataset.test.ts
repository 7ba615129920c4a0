import { describe, expect, test } from "vitest";
import { exactJsonText } from "../../../src/core/exact-json.ts";
import { fieldsIn, fillJson, fillText, readRows } from "../../../src/core/dataset.ts";
import type { Row } from "../../../src/core/dataset.ts";

const [first] = readRows(
  '\uFEFF{"k":5,"vector":[0.5,1.0],"on":true,"none":null,"id":464004151041070705,"q":"a \\"b\\"","größe":1e3,"o":{"a":1.50}}\r\n',
).rows;
const row: Row = first?.row ?? {};

describe("templates", () => {
  test.each<[unknown, string]>([
    ["{k}", "5"],
    ["{vector}", "[0.5,1.0]"],
    ["{on}", "true"],
    ["{none}", "null"],
    ["{o}", '{"a":1.50}'],
    ["{id}", "464004151041070705"],
    ["{größe}", "1e3"],
    ["{q}", '"a \\"b\\""'],
    [" {k}", '" 5"'],
    ["{k}{k}", '"55"'],
    ["id in [{id}]", '"id in [464004151041070705]"'],
    ["{nobody}", '"{nobody}"'],
    [{ a: ["{k}", { "{k}": "{on}" }] }, '{"a":[5,{"{k}":true}]}'],
  ])("the body %j is sent as %s", (body, sent) => {
    expect(exactJsonText(fillJson(body as string, row))).toBe(sent);
  });

  test("doubled braces are braces: GraphQL, JSON in a text, templates of others", () => {
    expect(fillText("query { user(id: {k}) { name } }", row)).toBe("query { user(id: 5) { name } }");
    expect(fillText("{user{{k}}}", row)).toBe("{user{k}}");
    expect(fillText("{{{k}}}", row)).toBe("{{k}}");
    expect(fillText('{"a":{"b":{k}}}', row)).toBe('{"a":{"b":5}}');
    expect(exactJsonText(fillJson("{{k}}", row))).toBe('"{k}"');
  });

  test("fields are found with their columns, and what is no template is not", () => {
    expect(fieldsIn("a {k} {{k}} {port:x} { k } {} {größe}")).toEqual([
      { field: "k", column: 3 },
      { field: "größe", column: 31 },
    ]);
  });

  test("a value that holds a template itself is not filled in again", () => {
    expect(fillText("{a}", { a: "{b}", b: "no" })).toBe("{b}");
    expect(fillJson("{a}", { a: "{b}", b: "no" })).toBe("{b}");
  });
});

describe("datasets", () => {
  test.each([
    ["", "1 no rows"],
    ["\n \n", "1 no rows"],
    ['{"a":1}\n[1]\n', "2 a line that is not an object"],
    ['{"a":1}\n1.0\n', "2 a line that is not an object"],
    ['{"a":1}\n\nnull', "3 a line that is not an object"],
    ['{"a":1}\n{"a":x}', "2 a line that is not JSON"],
  ])("%j is refused with its line", (text, expected) => {
    expect(readRows(text).problems.map(({ line, found }) => `${line} ${found}`)).toEqual([expected]);
  });
});
