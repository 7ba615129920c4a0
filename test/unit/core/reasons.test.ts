// Words from outside end up in reports: one short line each, no secret in it, and counted in bounded memory.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countWords,
  longestReason,
  makeWordCounter,
  mostWords,
  reasonText,
  sumOf,
  totalOf,
  wordsText,
} from "../../../src/core/reasons.ts";

describe("a reason", () => {
  test.each([
    ["ordinary words stay", "front-1: answered 401", "front-1: answered 401"],
    ["lines become one", "first\r\n\tsecond\u2028third", "first second third"],
    ["control characters are shown as such", "a\u0000b\u001b[31m", "a\ufffdb\ufffd[31m"],
    ["nothing at all is said to be nothing", " \n ", "no reason given"],
    ["a URL loses user and password", "GET http://bob:s3c/ret@db:5432/x", "GET http://db:5432/x"],
    ["a path with an @ stays", "GET http://db:5432/@scope/x failed", "GET http://db:5432/@scope/x failed"],
    ["a password with an @ goes, too", "https://u:p@ss@host/x failed", "https://host/x failed"],
    ["a query goes", "GET http://127.0.0.1:80/x?api_key=abc&b=2: 500", "GET http://127.0.0.1:80/x?… 500"],
    ["a bearer goes", "sent Authorization: Bearer abc.def-123", "sent Authorization: Bearer …"],
    ["a header's value goes", 'bad header x-api-key: "hunter2"', 'bad header x-api-key: "…"'],
    ["a field's value goes", '{"access_token":"hunter2","n":1}', '{"access_token":"…","n":1}'],
    ["a key that is told goes", "Incorrect API key provided: hunter2.", "Incorrect API key provided: …"],
    ["keys by their look go", "key sk-proj-abcdef0123456789 ghp_0123456789abcdef", "key … …"],
    ["long runs of letters and digits go", `id ${"0a".repeat(16)}`, "id …"],
    [
      "plain words about keys stay",
      "health needs a key, token limit reached",
      "health needs a key, token limit reached",
    ],
  ])("is one short line without secrets: %s", (_what, text, expected) => {
    expect(reasonText(text)).toBe(expected);
  });

  test("is one line of bounded length whatever comes, and made only once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 5000 }), fc.integer({ min: 20, max: 600 }), (text, most) => {
        const line = reasonText(text, most);
        expect(line.length).toBeLessThanOrEqual(most);
        expect(line).not.toBe("");
        expect(line).toMatch(/^[^\p{Cc}\u2028\u2029]*$/u);
        expect(line.isWellFormed()).toBe(true);
        expect(reasonText(line, most)).toBe(line);
      }),
      { numRuns: 500 },
    );
  });

  test("of a long text is cut, and says so", () => {
    const line = reasonText("word ".repeat(100));
    expect(line).toHaveLength(longestReason);
    expect(line.endsWith("…")).toBe(true);
  });
});

describe("counts by word", () => {
  test("name the commonest first and sum what is beyond their bound", () => {
    const words = Array.from({ length: 30 }, (_, n) => Array.from({ length: n + 1 }, () => `word ${n}`)).flat();
    const counts = countWords(words);
    expect(Object.keys(counts)).toHaveLength(mostWords);
    expect(Object.entries(counts)[0]).toEqual(["word 29", 30]);
    expect(Object.keys(counts).at(-1)).toBe("other");
    expect(totalOf(counts)).toBe(words.length);
    expect(wordsText(counts, 3)).toBe("word 29 (30×), word 28 (29×), 6 others (406×)");
  });

  test("lose no count, however many and strange the words are, also when summed", () => {
    const word = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "other", "toString", "1", "0"));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 300 }), fc.array(word, { maxLength: 300 }), (some, more) => {
        const [a, b] = [countWords(some), countWords(more)];
        expect(totalOf(a)).toBe(some.length);
        expect(totalOf(sumOf(a, b))).toBe(some.length + more.length);
        expect(Object.keys(sumOf(a, b)).length).toBeLessThanOrEqual(mostWords);
        expect(JSON.parse(JSON.stringify(a))).toEqual(a);
      }),
      { numRuns: 300 },
    );
  });

  test("keep nothing of a counter that was copied", () => {
    const counter = makeWordCounter();
    counter.add("timeout");
    const copy = counter.copy();
    copy.add("timeout");
    expect([counter.counts(), copy.counts()]).toEqual([{ timeout: 1 }, { timeout: 2 }]);
  });
});
