import { expect, test } from "vitest";
import { createKeptPrompts } from "../../../../../targets/reference-ai-stack/inference/kept-prompts.ts";

const turn = (content: string) => [{ role: "user", content }];

test("reads the same with a key as without, for a prompt that it knows and for one that changed", () => {
  const kept = createKeptPrompts();
  for (const content of ["one two three", "one two three", "one two", ""]) {
    const plain = kept.read(turn(content), undefined);
    expect(kept.read(turn(content), "a")).toEqual(plain);
    expect(kept.read(turn(content), "b")).toEqual(plain);
  }
});
