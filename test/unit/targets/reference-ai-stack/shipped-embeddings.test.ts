// What is shipped is what the model says of this corpus, and nothing of another one is taken.

import { describe, expect, it } from "vitest";
import { readFile } from "node:fs/promises";
import { chunk, embeddingText } from "../../../../targets/reference-ai-stack/corpus/chunker.ts";
import { readGolden } from "../../../../targets/reference-ai-stack/corpus/golden.ts";
import {
  readShipped,
  shippedEmbeddingsFile,
  unpackEmbeddings,
} from "../../../../targets/reference-ai-stack/corpus/shipped-embeddings.ts";
import { hashSources, readSources } from "../../../../targets/reference-ai-stack/corpus/sources.ts";
import { loadEmbedder } from "../../../../targets/reference-ai-stack/embedder/model.ts";

const sources = readSources();
const texts = [...chunk(sources).map(embeddingText), ...readGolden().map(({ question }) => question)];
const of = { corpusHash: hashSources(sources), texts };
const bytes = await readFile(shippedEmbeddingsFile());

function reasonOf(shipped: ReturnType<typeof unpackEmbeddings>): string {
  return shipped.ok ? "taken" : shipped.reason;
}

describe("the shipped embeddings", () => {
  it("are of this corpus, these questions and this model (npm run corpus:embeddings renews them)", async () => {
    expect(reasonOf(await readShipped(of))).toBe("taken");
  });

  it("are what the model says", async () => {
    const shipped = unpackEmbeddings(of, bytes);
    const embedder = await loadEmbedder();
    const picked = texts.map((text, at) => ({ text, at })).filter(({ at }) => at % 97 === 5);
    const computed = await embedder.embed(picked.map(({ text }) => text));
    expect(picked.length).toBeGreaterThan(20);
    for (const [i, { at }] of picked.entries()) {
      const one = shipped.ok ? shipped.embedded[at] : undefined;
      const product = computed[i]?.vector.reduce((sum, value, n) => sum + value * (one?.vector[n] ?? 0), 0) ?? 0;
      expect(product).toBeGreaterThan(1 - 1e-6);
      expect(one?.tokens).toBe(computed[i]?.tokens);
    }
  });

  it.each([
    ["another corpus", { ...of, corpusHash: "0".repeat(64) }, bytes, "they are of another corpus"],
    ["other questions", { ...of, texts: [...texts.slice(0, -1), "Why?"] }, bytes, "they are of other questions"],
    ["a changed byte", of, withByte(bytes, bytes.length - 1_000), "the file is damaged"],
    ["a cut file", of, bytes.subarray(0, -2), "the file is damaged"],
    ["no header", of, Buffer.from("nothing"), "they are of another form"],
  ])("are not used for %s", (_, made, content, reason) => {
    expect(reasonOf(unpackEmbeddings(made, content))).toBe(reason);
  });

  it("are not used when there are none", async () => {
    expect(reasonOf(await readShipped(of, "/nowhere/embeddings.bin"))).toBe("there are none");
  });
});

function withByte(content: Buffer, at: number): Buffer {
  const changed = Buffer.from(content);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}
