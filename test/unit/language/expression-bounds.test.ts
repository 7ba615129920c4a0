import fc from "fast-check";
import { expect, test } from "vitest";
import { compileExpression } from "../../../src/language/expression.ts";
import type { Interval } from "../../../src/language/expression-bounds.ts";

const bounds: Readonly<Record<string, Interval>> = {
  "users.error_share": { lo: 0, hi: 1 },
  "baseline.users.error_share": { lo: 0, hi: 1 },
  "users.count": { lo: 0, hi: Infinity },
  "users.latency_p50": { lo: 0, hi: Infinity },
  "replicas.back": { lo: 0, hi: 2 },
  "baseline.replicas.back": { lo: 0, hi: 2 },
  "depth.queue": { lo: -Infinity, hi: Infinity },
};
const boundsOf = (name: string): Interval => bounds[name] ?? { lo: -Infinity, hi: Infinity };
const names = Object.keys(bounds);

function verdict(text: string): string {
  const compiled = compileExpression(text);
  if (!compiled.ok) throw new Error(`${text}: ${JSON.stringify(compiled.problems)}`);
  const { canBeTrue, canBeFalse } = compiled.expression.answersWithin(boundsOf);
  if (canBeTrue && canBeFalse) return "either";
  return canBeTrue ? "always" : "never";
}

test.each([
  ["users.error_share <= 5", "always"],
  ["users.error_share <= 1", "always"],
  ["1 >= users.error_share", "always"],
  ["users.error_share > 90", "never"],
  ["users.error_share > 1", "never"],
  ["users.error_share < 0", "never"],
  ["users.error_share >= 0", "always"],
  ["not (users.error_share > 1)", "always"],
  ["users.error_share == 2", "never"],
  ["users.error_share != 1.5", "always"],
  ["users.count >= 0", "always"],
  ["users.count < 0", "never"],
  ["users.latency_p50 > -1", "always"],
  ["replicas.back <= 2", "always"],
  ["replicas.back >= 3", "never"],
  ["replicas.back + 1 > baseline.replicas.back - 2", "always"],
  ["users.error_share * 100 <= 100", "always"],
  ["users.error_share / 2 > 0.5", "never"],
  ["max(users.error_share, 0.5) >= 0.5", "always"],
  ["min(users.error_share, 2) > 1", "never"],
  ["abs(users.error_share - 0.5) <= 0.5", "always"],
  ["floor(users.error_share) <= 1", "always"],
  ["users.error_share > 0.05 and users.error_share < 0.02", "never"],
  ["users.error_share < 0.05 or users.error_share > 0.02", "always"],
  ["users.error_share > 0.05 and 0.02 > users.error_share", "never"],
  ["(replicas.back >= 1 and replicas.back < 1.5) and replicas.back > 1.7", "never"],
  ["not (users.error_share <= 0.5) and users.error_share < 0.4", "never"],
  ["depth.queue > 10 and depth.queue < 5", "never"],
  ["depth.queue > 10 or users.count >= 0", "always"],
  ["users.error_share <= 0.1 and users.error_share > 7", "never"],
  ["1 > 2 ? users.error_share > 0.5 : users.error_share > 5", "never"],
  ["users.error_share <= 1.0000000000000002", "always"],
])("%s is %s true", (text, expected) => {
  expect(verdict(text)).toBe(expected);
});

test.each([
  "users.error_share <= 0.05",
  "users.error_share < 1",
  "users.error_share > 0",
  "users.error_share == 1",
  "users.error_share <= 0",
  "replicas.back == baseline.replicas.back",
  "replicas.back >= 2",
  "users.error_share <= max(0.15, baseline.users.error_share + 0.1)",
  "users.error_share <= 0.05 and users.error_share >= 0.05",
  "users.count / replicas.back > 3",
  "users.latency_p50 <= 2 * users.latency_p50",
  "depth.queue > 10 and depth.queue < 15",
  "depth.queue * users.count > 1",
  "1 / users.error_share > 5",
  "users.error_share > 0.9 or replicas.back < 1",
])("%s can come out either way", (text) => {
  expect(verdict(text)).toBe("either");
});

const literal = fc.oneof(
  fc.constantFrom("0", "1", "2", "0.5", "5", "100", "0.05"),
  fc.double({ min: 0, max: 3, noNaN: true }).map((value) => value.toFixed(2)),
);
const { condition } = fc.letrec<{ number: string; condition: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...names),
    literal,
    fc
      .tuple(tie("number"), fc.constantFrom("+", "-", "*", "/"), tie("number"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(fc.constantFrom("min", "max"), tie("number"), tie("number")).map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc.tuple(fc.constantFrom("abs", "floor", "ceil", "round", "-"), tie("number")).map(([f, a]) => `${f}(${a})`),
    fc.tuple(tie("condition"), tie("number"), tie("number")).map(([c, a, b]) => `((${c}) ? ${a} : ${b})`),
  ),
  condition: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(tie("number"), fc.constantFrom("<", "<=", "==", "!=", ">", ">="), tie("number"))
      .map((parts) => parts.join(" ")),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom("<", "<=", "==", ">", ">="), literal)
      .map((parts) => parts.join(" ")),
    fc
      .tuple(tie("condition"), fc.constantFrom("and", "or"), tie("condition"))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie("condition").map((inner) => `not (${inner})`),
  ),
}));

/** Values within bounds, its ends and round numbers among them: there conditions turn. */
const value = ({ lo, hi }: Interval): fc.Arbitrary<number> => {
  const [least, most] = [Math.max(lo, -1e6), Math.min(hi, 1e6)];
  const marks = [0, 0.02, 0.05, 0.5, 1, 2, 5, 100, least, most].filter((each) => each >= least && each <= most);
  return fc.oneof(fc.constantFrom(...marks), fc.double({ min: least, max: most, noNaN: true }));
};
const assignment = fc.record(Object.fromEntries(names.map((name) => [name, value(boundsOf(name))])));

test("what is called constant gives no other answer for any values within the bounds", () => {
  let constant = 0;
  fc.assert(
    fc.property(condition, fc.array(assignment, { minLength: 30, maxLength: 30 }), (text, samples) => {
      const compiled = compileExpression(text);
      if (!compiled.ok) return;
      const { canBeTrue, canBeFalse } = compiled.expression.answersWithin(boundsOf);
      if (!(canBeTrue && canBeFalse)) constant += 1;
      for (const sample of samples) {
        const answer = compiled.expression.evaluate((name) => sample[name]);
        if (!answer.ok) continue;
        if (answer.value === true ? !canBeTrue : !canBeFalse)
          throw new Error(`${text} is ${answer.value} at ${JSON.stringify(sample)}`);
      }
    }),
    { numRuns: Number(process.env["REBOUND_EXPRESSIONS"] ?? 3000) },
  );
  expect(constant).toBeGreaterThan(100);
});
