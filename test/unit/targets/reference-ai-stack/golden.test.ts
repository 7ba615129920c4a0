// The golden set as checked in: facts about it that need no model.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chunk } from "../../../../targets/reference-ai-stack/corpus/chunker.ts";
import { readGolden } from "../../../../targets/reference-ai-stack/corpus/golden.ts";
import { candidateQuestions, isVerbatim } from "../../../../targets/reference-ai-stack/corpus/questions.ts";
import { readSources } from "../../../../targets/reference-ai-stack/corpus/sources.ts";

const passages = chunk(readSources());
const golden = readGolden();

describe("the golden set", () => {
  it("has at least 200 questions, no two alike and no two for one passage", () => {
    expect(golden.length).toBeGreaterThanOrEqual(200);
    expect(new Set(golden.map((entry) => entry.question)).size).toBe(golden.length);
    expect(new Set(golden.map((entry) => entry.passage)).size).toBe(golden.length);
  });

  it("names passages that exist and never copies them word for word", () => {
    const texts = new Map(passages.map((passage) => [passage.id, passage.text]));
    const wrong = golden.filter(({ question, passage }) => {
      const text = texts.get(passage);
      return text === undefined || isVerbatim(question, text);
    });
    expect(wrong).toEqual([]);
  });

  it("consists of candidates that today's corpus still gives, in their order", () => {
    const order = new Map(candidateQuestions(passages).map((candidate, i) => [candidate.question, i]));
    const places = golden.map((entry) => order.get(entry.question) ?? -1);
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});

it("passages that nobody asks for are there, each once, and no question is about their symbols", () => {
  const file = new URL("../../../../targets/reference-ai-stack/corpus/unasked.jsonl", import.meta.url);
  const rows = readFileSync(file, "utf8").trim().split("\n");
  const unasked = rows.map((row) => (JSON.parse(row) as { passage: string }).passage);
  const symbolOf = (id: string): string => id.split("#")[0] ?? "";
  expect(new Set(unasked).size).toBe(unasked.length);
  expect(unasked.length).toBeGreaterThanOrEqual(500);
  const there = new Set(passages.map(({ id }) => id));
  const asked = new Set(golden.map(({ passage }) => symbolOf(passage)));
  expect(unasked.filter((id) => !there.has(id) || asked.has(symbolOf(id)))).toEqual([]);
});

describe("isVerbatim", () => {
  it("sees through case and punctuation", () => {
    expect(isVerbatim("Reads a FILE?", "It reads a file.")).toBe(true);
    expect(isVerbatim("Which part of fs reads a file?", "It reads a file.")).toBe(false);
  });
});
