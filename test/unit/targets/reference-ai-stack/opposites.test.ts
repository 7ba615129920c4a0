// Questions that are nearly the same: users ask those that faults know, and an answer to the other one is wrong.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";

const folder = join(import.meta.dirname, "../../../../targets/reference-ai-stack");

interface TargetFile {
  readonly services: readonly { readonly name: string; readonly asked_twice?: { readonly opposites?: string[][] } }[];
  readonly traffic: readonly {
    readonly name: string;
    readonly dataset?: string;
    readonly right_when_contains?: string;
  }[];
}
const target = parse(readFileSync(join(folder, "target.yaml"), "utf8")) as TargetFile;

it("has users ask the questions that are exchanged for each other, in the same pairs", () => {
  const gateway = target.services.find(({ name }) => name === "gateway");
  const lines = readFileSync(join(folder, "corpus/opposite.jsonl"), "utf8").trim().split("\n");
  const asked = lines.map((line) => (JSON.parse(line) as { question: string }).question);
  expect(asked).toHaveLength(8);
  expect(gateway?.asked_twice?.opposites?.flat()).toEqual(asked);
});

it.each(["alike", "opposite"])(
  "takes the first source of %s for the answer: others name the other one's passage",
  (of) => {
    const stream = target.traffic.find(({ name }) => name === of);
    const says = (...passages: string[]): string => `Sources: ${passages.map((one) => `[${one}]`).join(" ")}`;
    const wanted = stream?.right_when_contains?.replace("{passage}", "one") ?? "";
    expect([says("one", "other").includes(wanted), says("other", "one").includes(wanted)]).toEqual([true, false]);
  },
);
