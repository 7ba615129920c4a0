// Builds embeddings.bin: `npm run corpus:embeddings [output file]`. Run it again after a change of the corpus, the
// golden questions or the model; until then every first start computes them.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddingCache } from "../embedder/cache.ts";
import { embedAll } from "../embedder/embed-all.ts";
import { chunk, embeddingText } from "./chunker.ts";
import { readGolden } from "./golden.ts";
import { packEmbeddings, shippedEmbeddingsFile } from "./shipped-embeddings.ts";
import { hashSources, readSources } from "./sources.ts";

const sources = readSources();
const texts = [...chunk(sources).map(embeddingText), ...readGolden().map(({ question }) => question)];
// A cache of its own: one that was filled from an older file would keep what that one said.
const folder = await mkdtemp(join(tmpdir(), "embeddings-"));
const cache = openEmbeddingCache(folder);
try {
  await embedAll(texts, cache, (done, total) => {
    if (done === total || done % 500 === 0) process.stdout.write(`${done}/${total} texts embedded\n`);
  });
  const embedded = texts.map((text) => {
    const one = cache.get(text);
    if (one === undefined) throw new Error(`no embedding of "${text.slice(0, 60)}"`);
    return one;
  });
  const file = process.argv[2] ?? shippedEmbeddingsFile();
  await writeFile(file, packEmbeddings({ corpusHash: hashSources(sources), texts }, embedded));
  process.stdout.write(`${embedded.length} embeddings written to ${file}\n`);
} finally {
  cache.close();
  await rm(folder, { recursive: true, force: true });
}
