// Fills the caches that the stack starts from: passages, their embeddings, the index snapshot and the golden questions'
// embeddings. Run it as often as you like: what is there is not made again. Progress goes to stdout.
import { join } from "node:path";
import { type Passage, chunk, embeddingText } from "./corpus/chunker.ts";
import { readGolden } from "./corpus/golden.ts";
import { type EmbeddingsOf, readShipped } from "./corpus/shipped-embeddings.ts";
import { hashSources, readSources } from "./corpus/sources.ts";
import { readStackConfig } from "./config.ts";
import { type EmbeddingCache, openEmbeddingCache } from "./embedder/cache.ts";
import { embedAll } from "./embedder/embed-all.ts";
import { ensureEngineSnapshot, hasEngineSnapshot } from "./vector/engines/engine-snapshot.ts";
import { VECTOR_ENGINES } from "./vector/engines/names.ts";
import { engines } from "./vector/engines/table.ts";
import { buildSnapshot, isSnapshotWhole, setCurrentSnapshot, snapshotKey, writeDurably } from "./vector/snapshot.ts";

async function prepare(cacheDir: string): Promise<void> {
  const started = performance.now();
  const sources = readSources();
  const corpusHash = hashSources(sources);
  const key = snapshotKey(corpusHash);
  const cache = openEmbeddingCache(cacheDir);
  try {
    const questions = readGolden().map((golden) => golden.question);
    if (await isSnapshotWhole(cacheDir, key)) {
      await embedAll(questions, cache, progress("golden questions"));
    } else {
      const passages = chunk(sources);
      await writeDurably(
        join(cacheDir, "corpus", `${corpusHash.slice(0, 16)}.jsonl`),
        passages.map((passage) => `${JSON.stringify(passage)}\n`).join(""),
      );
      const texts = [...passages.map(embeddingText), ...questions];
      await takeShipped({ corpusHash, texts }, cache);
      await embedAll(texts, cache, progress("passages and golden questions"));
      say(`building the index of ${passages.length} passages`);
      await buildSnapshot(cacheDir, corpusHash, records(passages, cache));
    }
    await setCurrentSnapshot(cacheDir, key);
    await prepareEngines(cacheDir);
    say(`ready after ${((performance.now() - started) / 1000).toFixed(1)} s (snapshot ${key.slice(0, 16)})`);
  } finally {
    cache.close();
  }
}

/** A snapshot for each optional vector engine that is installed: a start may not have the time to make it. */
async function prepareEngines(cacheDir: string): Promise<void> {
  for (const name of VECTOR_ENGINES) {
    if (engines[name].whyMissing() !== null || hasEngineSnapshot(cacheDir, name)) continue;
    say(`building the index of ${name}`);
    await ensureEngineSnapshot(cacheDir, name);
  }
}

/** Fills the cache with what is shipped; what that lacks is computed afterwards. */
async function takeShipped(of: EmbeddingsOf, cache: EmbeddingCache): Promise<void> {
  if (of.texts.every((text) => cache.get(text) !== undefined)) return;
  const shipped = await readShipped(of);
  if (shipped.ok) {
    cache.put(of.texts.flatMap((text, at) => (shipped.embedded[at] ? [[text, shipped.embedded[at]] as const] : [])));
    say(`took the ${shipped.embedded.length} embeddings that are shipped; hash and corpus agree`);
  } else say(`the shipped embeddings are not used (${shipped.reason}): computing them takes up to a minute`);
}

function records(
  passages: readonly Passage[],
  cache: EmbeddingCache,
): { id: string; title: string; text: string; vector: Float32Array }[] {
  return passages.map((passage) => {
    const embedded = cache.get(embeddingText(passage));
    if (embedded === undefined) throw new Error(`${passage.id} has no embedding; is the disk full?`);
    return { id: passage.id, title: passage.symbol, text: passage.text, vector: embedded.vector };
  });
}

/** A line at most once a second, and one at the end. */
function progress(what: string): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - last < 1000) return;
    last = now;
    say(`${done}/${total} ${what} embedded`);
  };
}

function say(line: string): void {
  process.stdout.write(`prepare: ${line}\n`);
}

await prepare(readStackConfig(process.env).cacheDir);
