import { describe, expect, test } from "vitest";
import { compiled, evaluated, refusals } from "./expression-cases.ts";

describe("what expressions mean", () => {
  test.each<[string, number | boolean]>([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["-2 + 5", 3],
    ["10 / 4", 2.5],
    [".5 + 1e1", 10.5],
    ["1 < 2 and not (3 <= 2)", true],
    ["1 > 2 or 2 >= 2", true],
    ["1 != 1", false],
    ["0.1 + 0.2 == 0.3", true],
    ["0.1 + 0.2 > 0.3", false],
    ["0.1 + 0.2 <= 0.3", true],
    ["true ? 1 : 2", 1],
    ["1 > 2 ? 1 : 3 > 2 ? 5 : 6", 5],
    ["min(3, 1, 2) + max(4, 7)", 8],
    ["abs(-3) + floor(1.9) + ceil(1.1) + round(2.5)", 9],
    ["round(-2.5)", -3],
    ["1 - 2 - 3", -4],
  ])("%s is %s", (text, value) => {
    expect(evaluated(text)).toEqual({ ok: true, value });
  });

  test("names are looked up in the scope, baseline names as they are written", () => {
    const text = "users.slow_share <= max(0.15, baseline.users.slow_share + 0.1)";
    expect(evaluated(text, { "users.slow_share": 0.2, "baseline.users.slow_share": 0.1 })).toEqual({
      ok: true,
      value: true,
    });
    expect(evaluated(text, { "users.slow_share": 0.3, "baseline.users.slow_share": 0.1 })).toEqual({
      ok: true,
      value: false,
    });
    expect(compiled(`${text} and users.slow_share >= 0`).names).toEqual([
      "users.slow_share",
      "baseline.users.slow_share",
    ]);
  });

  test("a name that was not seen and matters gives its name as the reason", () => {
    expect(evaluated("recall.vector >= 0.95")).toEqual({ ok: false, reason: "recall.vector was not seen" });
    expect(evaluated("a.b > 1 and c.d > 1", { "a.b": 2 })).toEqual({ ok: false, reason: "c.d was not seen" });
    expect(evaluated("max(1, a.b) > 0")).toEqual({ ok: false, reason: "a.b was not seen" });
  });

  test("a name that was not seen and does not matter changes nothing", () => {
    expect(evaluated("a.b > 1 or c.d > 1", { "c.d": 2 })).toEqual({ ok: true, value: true });
    expect(evaluated("a.b > 1 and c.d > 1", { "c.d": 0 })).toEqual({ ok: true, value: false });
    expect(evaluated("a.b > 1 ? c.d : c.d", { "c.d": 4 })).toEqual({ ok: true, value: 4 });
    expect(evaluated("1 > 2 ? a.b : 3")).toEqual({ ok: true, value: 3 });
  });

  test("a division by zero and a value that is no number are not seen rather than good or bad", () => {
    expect(evaluated("a.b / c.d > 1", { "a.b": 1, "c.d": 0 })).toMatchObject({ ok: false });
    expect(evaluated("a.b > 1", { "a.b": Number.NaN })).toEqual({ ok: false, reason: "a.b is not a number" });
  });

  test("the type says whether it is a condition", () => {
    expect(compiled("a.b > 1").type).toBe("boolean");
    expect(compiled("a.b + 1").type).toBe("number");
  });
});

describe("what is refused, with the column", () => {
  test.each<[string, string[]]>([
    ["", ["1: nothing"]],
    ["   ", ["1: nothing"]],
    ["a.b = 1", ['5: "="']],
    ["a.b > 1; c.d", ['8: ";"']],
    ["a.b && c.d", ['5: "&"']],
    ["a.b > 1 # why", ['9: "#"', '11: "why"']],
    ["a.b ^ 2 > 1", ['5: "^"']],
    ["a.b > 5%", ['8: "%"']],
    ["a.b > 400ms", ['10: "ms" right after "400"']],
    ["2 a.b > 1", ['3: "a.b" right after "2"']],
    ["error_share > 1", ['1: "error_share"']],
    ["pi > 3", ['1: "pi"']],
    ["sqrt(a.b) > 1", ['1: a call of "sqrt"']],
    ["a.b > 1 and sqrt(a.b) > exp(2)", ['13: a call of "sqrt"', '25: a call of "exp"']],
    ["a.b(1) > 2", ['1: a call of "a.b"']],
    ["1 < a.b < 3", ["9: a chain of comparisons"]],
    ["a.b : c.d", ["1: a range"]],
    ["1 == 1 ? 2", ["11: bad syntax (False part of conditional expression expected)"]],
    ["a.b >", ["6: bad syntax (Unexpected end of expression)"]],
    ["(a.b > 1", ["9: bad syntax (Parenthesis ) expected)"]],
    ["a.b > 1)", ["8: bad syntax (Unexpected operator ))"]],
    ["a.b and c.d > 1", ['1: a number with "and"']],
    ["1 + (2 > a.b)", ['6: a condition with "+"']],
    ["not a.b == 1", ['5: a number with "not"']],
    ["a.b > 1 ? 2 : true", ['15: a condition with ":"']],
    ["abs(1, 2) > 0", ["1: abs of 2 values"]],
    ["max() > 0", ["1: max of 0 values"]],
    ["min(a.b > 1, 2) > 0", ['5: a condition with "min"']],
    ["1e999 > a.b", ["1: 1e999"]],
    ["a.b == 9007199254740993", ["8: 9007199254740993"]],
    ["a.b > [1, 2]", ['7: "["', '12: "]"']],
    ["a.b > {}", ['7: "{"', '8: "}"']],
    ['a.b == "x"', ['8: """', '9: "x"', '10: """']],
    ["a.b @ 😀 > 1", ['5: "@"', '7: "😀"']],
    [`${"(".repeat(25)}1${")".repeat(25)} > 0`, ["21: too many parentheses inside each other"]],
    [`a.b > ${"1".repeat(400)}`, ["401: 406 characters"]],
  ])("is refused, with its place: %s", (text, expected) => {
    expect(refusals(text)).toEqual(expected);
  });

  test.each([
    "constructor.name > 1",
    "users.constructor > 1",
    "users.__proto__.x > 1",
    "a.prototype > 1",
    "import(1) > 1",
    "evaluate(1)",
    "parse(1)",
    "createUnit(1)",
    "simplify(1)",
    "f(x) = 1",
    "cos.constructor(1)()",
    "a.b[1] > 1",
    "a.b' > 1",
    "a.b! > 1",
    "a.b ?? 1",
    "a.b?.c",
    "a.b .* 2 > 1",
    "a.b to c.d",
    "a.b mod 2 > 1",
    "a.b xor c.d",
    "a.b | 1",
    "~a.b",
    "0x10 > 1",
    "1i > 1",
    "null",
    "undefined",
    "Infinity > 1",
    "NaN > 1",
  ])("%s does not get through", (text) => {
    expect(refusals(text).length).toBeGreaterThan(0);
  });
});
