import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileExpression } from "../../../src/language/expression.ts";
import { numeric, condition } from "./expression-cases.ts";

describe("for all texts", () => {
  test("compiling and evaluating never throw, and problems lie inside the text", () => {
    const alphabet = fc.constantFrom(
      ...Array.from("abxyz_.()+-*/<>=!?:,&|^%[]{}'\"#;@$\\ \n\t0123456789e"),
      " and ",
      "not ",
      "max(",
      "a.b",
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: alphabet, maxLength: 60 })), (text) => {
        const result = compileExpression(text);
        if (result.ok) {
          const value = result.expression.evaluate(() => 0.5);
          expect(["boolean", "object"]).toContain(value.ok ? "boolean" : "object");
          return;
        }
        expect(result.problems.length).toBeGreaterThan(0);
        for (const { column } of result.problems) {
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual(Math.max(1, text.length + 1));
        }
      }),
      { numRuns: 2000 },
    );
  }, 60_000);

  test("whatever compiles is made of allowed words only", () => {
    const words = fc.constantFrom(
      "constructor",
      "import",
      "a.b",
      "max",
      "(",
      ")",
      "1",
      ">",
      "and",
      "__proto__",
      "a.constructor",
      "eval",
      ",",
      ".",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 9 }), (parts) => {
        const result = compileExpression(parts.join(" "));
        if (result.ok) expect(result.expression.text).not.toMatch(/constructor|import|__proto__|eval/);
      }),
      { numRuns: 2000 },
    );
  }, 60_000);

  test("a well-formed condition compiles, and comes to true or false or names what was not seen", () => {
    fc.assert(
      fc.property(condition, fc.boolean(), (text, seen) => {
        fc.pre(text.length <= 400 && !/\({21}/.test(text));
        const result = compileExpression(text);
        if (!result.ok) expect(result.problems.map((problem) => problem.found).join()).toMatch(/too many parentheses/);
        else {
          expect(result.expression.type).toBe("boolean");
          const value = result.expression.evaluate(() => (seen ? 0.25 : undefined));
          if (value.ok) expect(typeof value.value).toBe("boolean");
          else expect(value.reason).toMatch(/was not seen|is not a number/);
        }
      }),
    );
  }, 60_000);

  test("arithmetic agrees with JavaScript", () => {
    fc.assert(
      fc.property(numeric, ({ text, value }) => {
        fc.pre(text.length <= 400);
        const result = compileExpression(text);
        fc.pre(result.ok);
        if (!result.ok) return;
        const got = result.expression.evaluate(() => 0.25);
        if (got.ok) expect(got.value).toBe(value);
        else expect(got.reason).toContain("is not a number");
      }),
    );
  }, 60_000);
});
