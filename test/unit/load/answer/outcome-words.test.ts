import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { answerErrors, answerNotes } from "../../../../src/load/answer/outcome-words.ts";

it("the words for outcomes in the target contract are those of the reader", () => {
  const readme = readFileSync(new URL("../../../../targets/README.md", import.meta.url), "utf8");
  for (const [head, words] of [
    ["| word | meaning |", answerErrors],
    ["| note | meaning |", answerNotes],
  ] as const) {
    const table = readme.slice(readme.indexOf(head)).split("\n\n")[0] ?? "";
    const rows = [...table.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, word, meaning]) => [word, meaning]);
    expect(rows).toEqual(Object.entries(words));
  }
});
