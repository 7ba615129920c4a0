import { expect, it } from "vitest";
import { paced } from "../../../../../targets/reference-ai-stack/inference/token-stream.ts";

const tokens = Array.from({ length: 50 }, (_, index) => `t${index} `);

it("hands out every token once, in order, in more than one piece", async () => {
  const pieces: (readonly string[])[] = [];
  for await (const piece of paced(tokens, { tokensPerSecond: 1000, chunkEveryMs: 5 }, new AbortController().signal))
    pieces.push(piece);
  expect(pieces.flat()).toEqual(tokens);
  expect(pieces.length).toBeGreaterThan(1);
});

it("is never ahead of the stated rate", async () => {
  const started = performance.now();
  let sent = 0;
  for await (const piece of paced(tokens, { tokensPerSecond: 500, chunkEveryMs: 10 }, new AbortController().signal)) {
    sent += piece.length;
    expect(sent).toBeLessThanOrEqual(((performance.now() - started) * 500) / 1000);
  }
});

it("stops in the middle when it is aborted", async () => {
  const stop = new AbortController();
  const all = async (): Promise<void> => {
    for await (const piece of paced(tokens, { tokensPerSecond: 200, chunkEveryMs: 10 }, stop.signal)) {
      if (piece.length > 0) stop.abort();
    }
  };
  await expect(all()).rejects.toThrow(/abort/i);
});
