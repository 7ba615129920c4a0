// Blocks of a prefix cache that change places, on a real replica, against what looks for leaks in users' answers.
import { expect, it } from "vitest";
import { canariesOf } from "../../../../../src/load/canary.ts";
import { makeAnswerReader } from "../../../../../src/load/answer/reader.ts";
import { planReading } from "../../../../../src/load/answer/reading-plan.ts";
import { blockFileForTest } from "./block-file-for-test.ts";
import { ask, serve } from "./inference-for-test.ts";

const canaryOf = canariesOf("of this test");
const PASSAGE = `Passage [fs.stat]:\n${"Gets information about a file and nothing else. ".repeat(6)}`;

/** What is read of an answer to the note of that request. */
async function answered(base: string, id: number): Promise<string> {
  const canary = canaryOf(id);
  const messages = [
    { role: "system", content: PASSAGE },
    { role: "system", content: `Passage [fs.stat]:\nMy note keyword ${canary.text}.` },
    {
      role: "user",
      content: `${"How do I get it, please, and where from? ".repeat(3)}What is the keyword of my note?`,
    },
  ];
  const url = `${base}/v1/chat/completions`;
  const mix = { name: "notes", method: "POST", url, headers: {}, body: {}, stream: "sse" } as const;
  const reader = makeAnswerReader({ ...planReading(mix), wanted: canary.text, canary });
  reader.begin({ "content-type": "text/event-stream" });
  reader.push(Buffer.from(await (await ask(base, { stream: true, messages })).arrayBuffer()));
  reader.end();
  return reader.verdict?.error ?? (reader.isRight === true ? "its own" : "nothing");
}

it("a prompt that is read out of the blocks of another is leaked, and its own is not", async () => {
  const rows = 64;
  const { file } = blockFileForTest(rows);
  const base = await serve({ kvBlocks: rows, kvFile: file });
  expect(await answered(base, 1)).toBe("its own");
  expect(await answered(base, 2)).toBe("its own");
  const held = Array.from({ length: rows }, (_, row) => file.read(row));
  const [theirs, shared] = [canaryOf(1).text, "information"].map((word) =>
    held.findIndex((text) => text.includes(word)),
  );
  if (theirs === undefined || shared === undefined || theirs < 0 || shared < 0) throw new Error("nothing was cached");
  file.write(shared, held[theirs] ?? "");
  expect(await answered(base, 3)).toBe("leaked");
});
