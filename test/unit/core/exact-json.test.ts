import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WrittenNumber, exactJsonText, parseExactJson, parseLongIntegers } from "../../../src/core/exact-json.ts";

const roundTrip = (text: string): string => exactJsonText(parseExactJson(text));

describe("JSON whose numbers stay what was written", () => {
  test.each([
    "464004151041070705",
    "-9007199254740993",
    "1.0",
    "1e400",
    "0.10",
    "-0",
    "1E5",
    "0.1000000000000000055511151231257827",
    '{"id":464004151041070705,"t":1.50,"x":[1.0,{"y":-0.0}]}',
    String.raw`{"#n5":"#n5","a":"#s","b":"\u0023n1","c":[1.0,"#"]}`,
    String.raw`["\"1.0\"","\\",1.0,"\\\"",2.0]`,
  ])("%s comes back as it was", (text) => {
    const unescaped = JSON.stringify(text).includes("u0023") ? text.replace(String.raw`\u0023`, "#") : text;
    expect(roundTrip(text)).toBe(unescaped);
  });

  test("numbers that a double says as they were written are plain numbers", () => {
    expect(parseExactJson('{"a":5,"b":[0.5,-1],"c":null}')).toEqual({ a: 5, b: [0.5, -1], c: null });
    expect(parseExactJson('{"a":1.0}')).toEqual({ a: new WrittenNumber("1.0") });
    expect(parseLongIntegers('{"a":1.0,"b":9007199254740993}')).toEqual({
      a: 1,
      b: new WrittenNumber("9007199254740993"),
    });
  });

  test("what JSON.parse refuses is refused, and so is what is nested too deep", () => {
    for (const text of ["", "01", "1.", "[1.0", '{"a":1.0,}', "1.0 2.0", "-", "+1.0", '"', "[1.0e]", "NaN"]) {
      expect(() => parseExactJson(text), text).toThrow(SyntaxError);
    }
    expect(() => parseExactJson(`${"[".repeat(501)}1.0${"]".repeat(501)}`)).toThrow("nested more than 500 deep");
  });

  test("any JSON comes back with the same values, whatever stands between its parts", () => {
    const spaced = fc.tuple(fc.json({ maxDepth: 4 }), fc.constantFrom("", " ", "\n ", "\t")).map(([json, space]) => {
      const value = JSON.parse(json) as unknown;
      return JSON.stringify({ "#n1": 1, first: value, "": ["#", "#n"] }, null, space).replace("1", "1.0");
    });
    fc.assert(
      fc.property(spaced, (text) => {
        expect(JSON.parse(roundTrip(text))).toEqual(JSON.parse(text));
        expect(roundTrip(text)).toContain("1.0");
      }),
      { numRuns: 500 },
    );
  });

  test("digits of any length come back", () => {
    const digits = fc.stringMatching(/^-?[1-9]\d{0,60}(\.\d{1,40})?([eE][-+]?\d{1,4})?$/);
    fc.assert(
      fc.property(digits, (text) => {
        expect(roundTrip(`[${text}]`)).toBe(`[${text}]`);
      }),
      { numRuns: 500 },
    );
  });
});
