// Builds golden.jsonl: `npm run build`, then `node dist/targets/reference-ai-stack/corpus/build-golden.js [output
// file]`. Deterministic; run it again after a change of the corpus, the questions or the model.
import { readStackConfig } from "../config.ts";
import { openEmbeddingCache } from "../embedder/cache.ts";
import { embedAll } from "../embedder/embed-all.ts";
import { openRecords } from "../vector/record-store.ts";
import { currentSnapshot, writeDurably } from "../vector/snapshot.ts";
import { chunk } from "./chunker.ts";
import { goldenFile } from "./golden.ts";
import { candidateQuestions, isVerbatim } from "./questions.ts";
import { readSources } from "./sources.ts";

/** Questions in the golden set. */
const SIZE = 240;
/** Candidates looked at; the rest would cost time and change nothing. */
const CANDIDATES = 600;
/**
 * The right passage must be this high by exact search. The stack retrieves 4; the first leaves room for an approximate
 * index.
 */
const WORST_RANK = 1;

const { cacheDir } = readStackConfig(process.env);
const passages = chunk(readSources());
const texts = new Map(passages.map((passage) => [passage.id, passage.text]));
const candidates = candidateQuestions(passages).slice(0, CANDIDATES);
const cache = openEmbeddingCache(cacheDir);
const records = openRecords(currentSnapshot(cacheDir).files.records);
await embedAll(
  candidates.map((candidate) => candidate.question),
  cache,
  () => undefined,
);
const ranked = candidates.map((candidate) => {
  const embedded = cache.get(candidate.question);
  const hits = embedded === undefined ? [] : records.searchExact(embedded.vector, 4);
  return { candidate, rank: hits.findIndex((hit) => records.idOf(hit.row) === candidate.passage) + 1 };
});
const kept = ranked
  .filter(
    ({ candidate, rank }) =>
      rank >= 1 && rank <= WORST_RANK && !isVerbatim(candidate.question, texts.get(candidate.passage) ?? ""),
  )
  .map(({ candidate }) => candidate)
  .slice(0, SIZE);
const found = [1, 2, 3, 4].map((rank) => ranked.filter((entry) => entry.rank === rank).length);
process.stdout.write(`${candidates.length} candidates: right passage at rank 1, 2, 3, 4: ${found.join(", ")}\n`);
if (kept.length < SIZE) throw new Error(`only ${kept.length} of ${SIZE} questions are answerable`);
await writeDurably(process.argv[2] ?? goldenFile(), kept.map((question) => `${JSON.stringify(question)}\n`).join(""));
process.stdout.write(`${kept.length} golden questions written\n`);
records.close();
cache.close();
