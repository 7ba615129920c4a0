// Chunks that are not parsed say what they would say if they were.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChunkTemplate } from "../../../../src/load/answer/chunk-template.ts";
import { DONE, read } from "./reading.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.constantFrom('"', "\\", "\n", '","content":"', "", "}", "🎈"),
);

const chunkOf = fc.record({
  content: text,
  role: fc.constantFrom("assistant", undefined),
  created: fc.constantFrom(1, 1, 1, 2),
  index: fc.constantFrom(0, 0, 0, 0, 1),
  finish: fc.constantFrom(null, null, null, null, "stop"),
  reasoning: fc.constantFrom(undefined, undefined, undefined, null, "hm"),
  space: fc.constantFrom(undefined, undefined, undefined, 1),
});

type Drawn = typeof chunkOf extends fc.Arbitrary<infer T> ? T : never;

function written({ content, role, created, index, finish, reasoning, space }: Drawn): string {
  const delta = { role, content, ...(reasoning === undefined ? {} : { reasoning_content: reasoning }) };
  const chunk = { id: "x", created, choices: [{ index, delta, logprobs: null, finish_reason: finish }] };
  return space === undefined ? JSON.stringify(chunk) : JSON.stringify(chunk, null, space).replaceAll("\n", "");
}

describe("a chunk as the one before it but for its text", () => {
  it("is read without being parsed, and says the same", () => {
    fc.assert(
      fc.property(
        fc.array(chunkOf, { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.nat({ max: 12 }),
        (chunks, from, length) => {
          const ends = [...new Set(chunks.map(({ index }) => index))].map(
            (index) => `{"choices":[{"index":${index},"delta":{},"finish_reason":"stop"}]}`,
          );
          const body = [...chunks.map(written), ...ends].map((data) => `data: ${data}\n\n`).join("") + DONE;
          const texts = [0, 1].map((index) =>
            chunks
              .filter((one) => one.index === index)
              .map(({ content }) => content)
              .join(""),
          );
          const [first = ""] = texts;
          const wanted = first.slice(from % (first.length + 1)).slice(0, length);
          expect(read(body, { wanted }).right).toBe(true);
          const other = `${wanted}x`;
          const seen = read(body, { wanted: other });
          expect(seen.right).toBe(texts.some((one) => one.includes(other)));
          expect(seen.word).toBe(texts.join("") === "" ? "empty answer" : "answered");
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is one only where nothing else says anything", () => {
    const matches = (learnt: unknown, next: unknown): boolean => {
      const template = new ChunkTemplate();
      template.learn(JSON.stringify(learnt), learnt as Record<string, unknown>);
      return template.match(JSON.stringify(next)) !== undefined;
    };
    const plain = (content: string, more: object = {}) => ({ choices: [{ index: 0, delta: { content }, ...more }] });
    expect(matches(plain("a"), plain("b c"))).toBe(true);
    expect(matches(plain("a", { finish_reason: null }), plain("", { finish_reason: null }))).toBe(true);
    expect(matches(plain("a", { finish_reason: "stop" }), plain("b", { finish_reason: "stop" }))).toBe(false);
    expect(matches(plain("a"), plain('b"'))).toBe(false);
    expect(matches(plain('a"'), plain("b"))).toBe(false);
    expect(matches(plain("a"), plain("b", { finish_reason: "stop" }))).toBe(false);
    const thinking = { choices: [{ index: 0, delta: { content: "a", reasoning: "hm" } }] };
    expect(matches(thinking, thinking)).toBe(false);
    const twice = { choices: [...plain("a").choices, ...plain("b").choices] };
    expect(matches(twice, twice)).toBe(false);
  });
});
