// Silent damage to an index, as the faults do it, and what remedies and writes bring: what is written into the files of
// one replica, whichever engine it searches with.
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { whyInPieces } from "../../../src/core/rows-in-pieces.ts";
import { needsOnePiece } from "../../../src/faults/parts/one-piece.ts";
import { byOtherMetric, fewRows } from "../../../src/faults/parts/other-index.ts";
import { manifestBefore } from "../../../src/faults/parts/manifest-before.ts";
import { firstHalf } from "../../../src/faults/parts/still-found.ts";
import type { VectorEngine } from "../../../targets/reference-ai-stack/vector/engines/engine.ts";
import { describeIndex } from "../../../targets/reference-ai-stack/vector/engines/generation.ts";
import type { VectorEngineName } from "../../../targets/reference-ai-stack/vector/engines/names.ts";
import type { IndexFiles } from "../../../targets/reference-ai-stack/vector/layout.ts";
import { openRecords, readVectorsFrom } from "../../../targets/reference-ai-stack/vector/record-store.ts";
import type { VectorReplica } from "../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder, readManifest } from "../../../targets/reference-ai-stack/vector/snapshot.ts";
import { crowdQuestions, deliver, holdWithNobody, recordOf, type Surroundings } from "./around.ts";
import { swapAnswers } from "./kept-answers.ts";
import { haveManifestFit, publishedIn, replaced, rowsIn, SEED, strike, type OfRows } from "./strikes.ts";

export interface Damage {
  readonly name: string;
  /** The fault that does it; absent: what a remedy that lies, or a write that went wrong, leaves behind. */
  readonly fault?: string;
  /** What is asked of rows in pieces, as the faults ask it; absent: nothing is. */
  readonly asks?: string;
  /** The one engine that it can be done to; absent: all. */
  readonly only?: { readonly engine: VectorEngineName; readonly because: string };
  /** Done to the files of a replica before it is opened. */
  readonly to: (files: IndexFiles, engine: VectorEngine) => Promise<void>;
  /** Done while it answers, once it has opened them. */
  readonly whileOpen?: (files: IndexFiles, replica: VectorReplica) => Promise<void>;
  /** Done to what stands around the index. */
  readonly around?: (at: Surroundings) => Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

/** Why an engine cannot be given a damage through its own files, in words; null: it can. */
export function whyNot(damage: Damage, files: IndexFiles): string | null {
  const { engine = "usearch" } = readManifest(files);
  if (damage.only !== undefined && damage.only.engine !== engine) return damage.only.because;
  const needs = damage.asks === undefined ? undefined : needsOnePiece(damage.name, damage.asks);
  if (rowsIn(files).layout.pieces === undefined || needs === undefined) return null;
  const why = whyInPieces(needs, engine);
  return why === undefined ? null : `its rows lie in pieces, and ${why}`;
}

/** An index without its newest hundredth, under a manifest that says that it holds all of them. */
async function lacksNewest(files: IndexFiles, engine: VectorEngine): Promise<void> {
  const all = readVectorsFrom(files.records, 0);
  const vectors = [...all.values()].slice(0, -Math.ceil(all.size / 100));
  const index = `${files.index}.older`;
  await engine.build(vectors, index);
  const described = await describeIndex(engine, index, vectors.length, () => all);
  const manifest = readManifest(files);
  await rm(files.index, { recursive: true });
  await rename(index, files.index);
  await writeFile(files.manifest, JSON.stringify({ ...manifest, ...described, rows: manifest.rows }));
}

/** The index of now under the manifest of before: its newest hundredth lies in the file, and in the tail as well. */
async function readsOldManifest(files: IndexFiles): Promise<void> {
  const { rows, indexHash: hash } = readManifest(files);
  const now = { hash, rows, left: rows - Math.ceil(rows / 100) };
  await writeFile(files.manifest, manifestBefore(await readFile(files.manifest), now));
}

/** Written to one replica otherwise than to its peer: a hundredth of the documents have another text and vector. */
async function storesOtherwise(files: IndexFiles, engine: VectorEngine): Promise<void> {
  const store = openRecords(files.records);
  const records = Array.from({ length: store.count() }, (_, row) => {
    const { id, title, text } = store.textOf(store.idOf(row) ?? "") ?? { id: `r${row}`, title: "", text: `r${row}` };
    const vector = store.vectorOf(row);
    return row % 100 === 0 ? { id, title, text: "other", vector: vector.toReversed() } : { id, title, text, vector };
  });
  store.close();
  await rm(files.dir, { recursive: true });
  await buildIndexFolder(files, "corpus", records, engine);
}

/** Another file under the same name: whoever has the old one open keeps it. */
async function putHalf(path: string): Promise<void> {
  await writeFile(`${path}.half`, firstHalf(await readFile(path)));
  await rename(`${path}.half`, path);
}

/** As the ingestion deletes: a version of the document without passages. */
function deleteHalf({ records, write }: VectorReplica): void {
  const about = { source: "s", batch: "b", schema: 1, model: "m", tags: [] };
  for (const row of Array(records.count()).keys()) {
    const document = row % 2 === 0 ? undefined : records.idOf(row);
    if (document !== undefined) write({ document, version: 2, ...about, passages: [] });
  }
}

function rowsOf(mode: OfRows["mode"], share: number, words: string): Damage {
  const of = { name: words, fault: `index.corruption ${mode}`, asks: mode };
  return { ...of, to: (files) => strike(files, { mode, share }) };
}

/** What a fault does besides to the manifest. */
function covered(fault: string, of: OfRows, name: string): Damage {
  const to = async (files: IndexFiles): Promise<void> => {
    await strike(files, of);
    await haveManifestFit(files);
  };
  return { name, fault, asks: of.mode, to };
}

/** What no file of an index has a part in. */
const AROUND: readonly Damage[] = [
  {
    name: "records come with their text under another name",
    fault: "ingestion.schema-drift",
    to: nothing,
    around: ({ source }) => {
      const { text: body, ...record } = recordOf("drifted");
      return deliver(source, [{ ...record, body }]);
    },
  },
  {
    name: "of a batch one document is no text",
    to: nothing,
    around: ({ source }) => deliver(source, [recordOf("whole"), { ...recordOf("no-text"), text: "#".repeat(200) }]),
  },
  {
    name: "documents that are well formed lie nearer to each known question than its passage, four to each",
    fault: "ingestion.poisoned-documents",
    to: nothing,
    around: ({ source }) => crowdQuestions(source),
  },
  {
    name: "a hold with nobody behind it keeps a batch back",
    fault: "ingestion.stall",
    to: nothing,
    around: async ({ source }) => {
      await holdWithNobody(source);
      await deliver(source, [recordOf("kept-back")]);
    },
  },
  {
    name: "two of 20 kept answers stand in each other's place",
    fault: "cache.poisoned-entry",
    to: nothing,
    around: ({ answers }) => swapAnswers(answers, "own"),
  },
  {
    name: "kept answers to a question and its opposite stand in each other's place, and no other",
    fault: "cache.opposite-answer",
    to: nothing,
    around: ({ answers }) => swapAnswers(answers, "users"),
  },
];

export const DAMAGES: readonly Damage[] = [
  { name: "none", to: nothing },
  rowsOf("zero", 0.01, "1 % of rows zeroed"),
  rowsOf("zero", 0.05, "5 % of rows zeroed"),
  rowsOf("zero", 0.6, "60 % of rows zeroed"),
  rowsOf("pages", 0.05, "5 % of pages zeroed"),
  rowsOf("replace", 0.05, "5 % of rows replaced by each other"),
  rowsOf("replace", 0.6, "60 % of rows replaced by each other"),
  rowsOf("shift", 0.6, "60 % of rows shifted by one"),
  rowsOf("links", 0.05, "links lead past 5 % of rows"),
  rowsOf("links", 0.6, "links lead past 60 % of rows"),
  covered("index.older-generation", { mode: "turn", share: 1 }, "older generation, its manifest fits"),
  covered(
    "index.wrong-dimension",
    { mode: "stride", share: 1, short: 128 },
    "rows cut at 384 of 512, its manifest fits",
  ),
  covered("index.torn-pair", { mode: "keys", share: 1 }, "names of another build, its manifest fits"),
  covered("index.diverged", { mode: "replace", share: 0.01 }, "1 % of rows hold others' vectors, its manifest fits"),
  covered(
    "index.ghost-rows",
    { mode: "ghosts", share: 0.05 },
    "5 % of rows go by numbers of deleted ones, its manifest fits",
  ),
  covered("index.degenerate-build", { mode: "bare", share: 1 }, "no row has a link, its manifest fits"),
  {
    name: "two rows are left, its manifest names all",
    fault: "index.nearly-empty",
    asks: "first rows",
    to: (files) => replaced(files, (file, lying) => fewRows(file, lying, 2)),
  },
  {
    name: "by another metric than cosine, lengths differ by 2, its manifest fits",
    fault: "index.wrong-metric",
    asks: "metric",
    to: (files) => replaced(files, (file, lying) => byOtherMetric(file, lying, { times: 2, seed: SEED })),
  },
  {
    ...covered(
      "index.read-back",
      { mode: "places", share: 0.05 },
      "5 % of rows are read back as each other and searched as they were, its manifest fits",
    ),
    only: { engine: "sqlite-vec", because: "it reads a row back from where it searches it" },
  },
  { name: "newest 1 % of rows not in the index, its manifest says they are", to: lacksNewest },
  {
    name: "newest 1 % of rows in the index, its manifest is the one of before",
    fault: "index.old-manifest",
    to: readsOldManifest,
  },
  { name: "1 % of documents say something else than at its peer, records and index alike", to: storesOtherwise },
  {
    name: "half of the file in its place, the replica answers from the old one",
    fault: "index.unlinked",
    to: nothing,
    whileOpen: async (files) => putHalf(publishedIn(files).path),
  },
  {
    name: "half of the manifest in its place, the replica goes on by the old one",
    fault: "index.manifest-lost",
    to: nothing,
    whileOpen: (files) => putHalf(files.manifest),
  },
  {
    name: "half of the documents were deleted, and lie in the index still",
    fault: "ingestion.churn",
    to: nothing,
    whileOpen: async (_files, replica) => deleteHalf(replica),
  },
  ...AROUND,
];
