// Builds embeddings.bin and the healer's frozen texts: `npm run corpus:embeddings [output file of the first]`. Run it
// again after a change of the corpus, the
// golden questions or the model; until then every first start computes them.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MODEL_ID, openEmbeddingCache } from "../embedder/cache.ts";
import { embedAll } from "../embedder/embed-all.ts";
import { writeFrozenTexts } from "../healer/detection/drift/frozen-texts.ts";
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
  const questions = readGolden();
  const asked = questions.map(({ question }, i) => {
    const vector = embedded.at(i - questions.length)?.vector;
    if (vector === undefined) throw new Error(`no embedding of "${question}"`);
    return { text: question, vector };
  });
  if (process.argv[2] === undefined) writeFrozenTexts(MODEL_ID, asked);
  process.stdout.write(`${embedded.length} embeddings written to ${file}\n`);
} finally {
  cache.close();
  await rm(folder, { recursive: true, force: true });
}
