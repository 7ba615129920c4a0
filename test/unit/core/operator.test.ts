import fc from "fast-check";
import { expect, it } from "vitest";
import { operatorText, parseOperator } from "../../../src/core/operator.ts";

it.each([
  ["absent", { does: "absent" }, "is absent: nobody answers"],
  ["approve", { does: "approve", afterMs: 0, people: 1 }, "approves at once"],
  ["approve after 5 s", { does: "approve", afterMs: 5000, people: 1 }, "approves 5s after being asked"],
  ["deny after 250ms", { does: "deny", afterMs: 250, people: 1 }, "denies 250ms after being asked"],
  [
    "approve  after  1.5 s  by 2",
    { does: "approve", afterMs: 1500, people: 2 },
    /approves 1.5s .*, 2 people one after/,
  ],
  ["approve by 10", { does: "approve", afterMs: 0, people: 10 }, /10 people/],
] as const)("reads %j as a script and says it in words", (text, script, words) => {
  expect(parseOperator(text)).toEqual(script);
  expect(operatorText(script)).toMatch(words);
});

it.each([
  "",
  "Approve",
  "approve after",
  "approve after 5",
  "approve in 5 s",
  "absent after 5s",
  "deny by 0",
  "grant",
  "approve after -1s",
  "approve after 5 s by two",
  " approve",
  "approve after 99999999999999999999m",
])("takes %j for no script", (text) => expect(parseOperator(text)).toBeUndefined());

it("never throws, and reads nothing that is not whole", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const script = parseOperator(text);
      if (script !== undefined && script.does !== "absent") expect(Number.isSafeInteger(script.afterMs)).toBe(true);
    }),
  );
});
