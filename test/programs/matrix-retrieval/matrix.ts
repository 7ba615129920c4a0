// Damage by damage: what a replica that serves the damaged files says of itself, and which signals the healer's
// detector makes of that.
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { indexDetector } from "../../../targets/reference-ai-stack/healer/detection/index-detector.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import { createSample } from "../../../targets/reference-ai-stack/healer/telemetry/index-looks.ts";
import {
  readManifest as readManifestView,
  readSelfRetrieval,
} from "../../../targets/reference-ai-stack/healer/telemetry/read-answer.ts";
import type { VectorEngine } from "../../../targets/reference-ai-stack/vector/engines/engine.ts";
import type { VectorEngineName } from "../../../targets/reference-ai-stack/vector/engines/names.ts";
import { loadEngine } from "../../../targets/reference-ai-stack/vector/engines/table.ts";
import { filesIn, type IndexFiles } from "../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../targets/reference-ai-stack/vector/replica.ts";
import { sameVector } from "../../../targets/reference-ai-stack/vector/same-vector.ts";
import { buildIndexFolder } from "../../../targets/reference-ai-stack/vector/snapshot.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { measureAround, type Around } from "./around.ts";
import { DAMAGES, whyNot, type Damage } from "./damages.ts";
import { saidBy, type Said } from "./said.ts";

const DIMENSIONS = 512;
const QUERIES = 100;
const K = 10;

/** A damage that an engine cannot be given, and why. */
export interface Spared {
  readonly damage: Damage;
  readonly whyNot: string;
}

export interface Row extends Said, Omit<Around, "spokeAt"> {
  readonly damage: Damage;
  readonly recall: number;
  /** Of the newest twentieth of the rows that were not removed, the share that a search finds first. */
  readonly newest: number;
  /** A document that is written now is found at once. */
  readonly isFresh: boolean;
  /** Of the passages that are stored, the share whose vector is that of its text, embedded again. */
  readonly embeddedAgain: number;
  /** By signal: the look at which it first spoke, from 1 on. */
  readonly spokeAt: ReadonlyMap<string, number>;
}

/** Of which engine, on how many rows, in how many looks of the healer. */
export interface MatrixSize {
  readonly engine: VectorEngineName;
  readonly rows: number;
  readonly looks: number;
}

/**
 * Measures all of them on an index of so many rows: points about 50 centres, by a seed of their own. What does not
 * speak within so many looks of the healer is blind. Rejects when the engine is not installed.
 */
export async function measureMatrix({ engine: name, rows, looks }: MatrixSize): Promise<readonly (Row | Spared)[]> {
  const engine = await loadEngine(name);
  const dir = await mkdtemp(join(tmpdir(), "matrix-retrieval-"));
  try {
    const healthy = filesIn(join(dir, "healthy"), name);
    const draw = pointsAbout(50);
    const records = Array.from({ length: rows }, (_, n) => ({ id: `r${n}`, title: "", text: `r${n}`, vector: draw() }));
    const vectorOfText = new Map(records.map(({ text, vector }) => [text, vector]));
    await buildIndexFolder(healthy, "corpus", records, engine);
    const queries = Array.from({ length: QUERIES }, draw);
    const peer = await manifestOf(healthy, engine);
    const measured: (Row | Spared)[] = [];
    for (const [n, damage] of DAMAGES.entries()) {
      const why = whyNot(damage, healthy);
      if (why !== null) {
        measured.push({ damage, whyNot: why });
        continue;
      }
      const files = filesIn(join(dir, `damage-${n}`), name);
      await mkdir(files.dir);
      await cp(healthy.dir, files.dir, { recursive: true });
      await damage.to(files, engine);
      measured.push(await measureOne(damage, files, { engine, queries, looks, peer, vectorOfText }));
      await rm(files.dir, { recursive: true });
    }
    return measured;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

type Manifest = NonNullable<ReturnType<typeof readManifestView>>;

/** As the healer sees it of a replica on these files. */
async function manifestOf(files: IndexFiles, engine: VectorEngine): Promise<Manifest> {
  const replica = await openReplica(files, engine);
  try {
    return viewOf(await replica.manifest(true));
  } finally {
    await replica.close();
  }
}

function viewOf(answer: unknown): Manifest {
  const view = readManifestView(answer);
  if (view === null) throw new Error("the healer cannot read what a replica says of itself");
  return view;
}

interface Measuring {
  readonly engine: VectorEngine;
  /** What its peer says, whose files are whole. */
  readonly peer: Manifest;
  readonly queries: readonly Float32Array[];
  readonly looks: number;
  /** What the embedder makes of a text that it knows. */
  readonly vectorOfText: ReadonlyMap<string, Float32Array>;
}

async function measureOne(damage: Damage, files: IndexFiles, measuring: Measuring): Promise<Row> {
  const { engine, queries, peer, vectorOfText } = measuring;
  const replica = await openReplica(files, engine);
  try {
    await damage.whileOpen?.(files, replica);
    const all = await replica.selfRetrieval(replica.records.count(), 1);
    const manifest = await replica.manifest(true);
    const ofIndex = {
      damage,
      recall: await recallOf(replica, queries),
      ...saidBy(all, manifest, peer),
      newest: await newestFound(replica),
      embeddedAgain: embeddedAgain(replica, vectorOfText),
    };
    const spoke = await spokeAt(replica, viewOf(manifest), measuring);
    // These write, and so come last.
    const isFresh = await isFoundAtOnce(replica, queries[0] ?? new Float32Array(DIMENSIONS));
    const around = await measureAround(replica, { queries, damage: damage.around });
    return { ...ofIndex, isFresh, ...around, spokeAt: new Map([...spoke, ...around.spokeAt]) };
  } finally {
    await replica.close();
  }
}

/** Freshness of what came last, as users have it. */
async function newestFound({ records, search }: VectorReplica): Promise<number> {
  const living = [...Array(records.count()).keys()].filter((row) => !records.removed.has(row));
  const newest = living.slice(-Math.ceil(living.length / 20));
  const firsts = await Promise.all(newest.map(async (row) => (await search(records.vectorOf(row), 1))[0]?.id));
  return newest.filter((row, at) => firsts[at] === records.idOf(row)).length / newest.length;
}

async function isFoundAtOnce(replica: VectorReplica, vector: Float32Array): Promise<boolean> {
  replica.add({ id: "written now", title: "", text: "written now", vector });
  return (await replica.search(vector, 1))[0]?.id === "written now";
}

/** A passage whose text the embedder was never given counts as one with another vector. */
function embeddedAgain({ records }: VectorReplica, vectorOfText: ReadonlyMap<string, Float32Array>): number {
  const living = [...Array(records.count()).keys()].filter((row) => !records.removed.has(row));
  const same = living.filter((row) => {
    const again = vectorOfText.get(records.textOf(records.idOf(row) ?? "")?.text ?? "");
    return again !== undefined && sameVector(again, records.vectorOf(row));
  });
  return same.length / living.length;
}

/** The healer's looks at the replica and its peer, one after the other, as it reads them. */
async function spokeAt(
  replica: VectorReplica,
  manifest: Manifest,
  { looks, peer }: Pick<Measuring, "looks" | "peer">,
): Promise<ReadonlyMap<string, number>> {
  const scope = { service: "vector", replica: "vector-1" };
  const sibling = { service: "vector", replica: "vector-2" };
  const first = new Map<string, number>();
  let [state, nowMs] = [indexDetector.initial, 0];
  const sample = createSample(() => nowMs);
  for (let look = 1; look <= looks; look += 1) {
    const at = look * NUMBERS.look.selfRetrievalMs;
    nowMs = at;
    // As it comes over HTTP.
    const view = await sample(async (rows) =>
      readSelfRetrieval(JSON.parse(JSON.stringify(await replica.selfRetrieval(rows, undefined))) as unknown),
    );
    state = indexDetector.take(state, { kind: "manifest", scope: sibling, manifest: takenAt(peer, look), at });
    state = indexDetector.take(state, { kind: "manifest", scope, manifest: takenAt(manifest, look), at });
    if (view !== null) state = indexDetector.take(state, { kind: "self-retrieval", scope, view, at });
    for (const { name } of indexDetector.signals(state)) if (!first.has(name)) first.set(name, look);
  }
  return first;
}

/** Nothing is written meanwhile, so that its digests are the same at each look. */
function takenAt(manifest: Manifest, look: number): Manifest {
  const { digests } = manifest;
  if (digests?.of === undefined) return manifest;
  return { ...manifest, digests: { ...digests, of: { ...digests.of, look } } };
}

async function recallOf(replica: VectorReplica, queries: readonly Float32Array[]): Promise<number> {
  const shares = await Promise.all(
    queries.map(async (query) => {
      const nearest = new Set(replica.searchExact(query, K).map(({ id }) => id));
      return (await replica.search(query, K)).filter(({ id }) => nearest.has(id)).length / K;
    }),
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Draws points about so many centres; the spread about a centre is a third of that between them. */
function pointsAbout(centres: number): () => Float32Array {
  const random = seededRandom(5, "matrix-retrieval points");
  // The sum of twelve uniform numbers, less six: nearly normal (Box and Muller 1958 name it).
  const normal = (): number => Array.from({ length: 12 }, () => random.next()).reduce((a, b) => a + b, -6);
  const point = (): Float32Array => Float32Array.from({ length: DIMENSIONS }, normal);
  const all = Array.from({ length: centres }, point);
  return () => {
    const centre = all[Math.floor(random.next() * centres)] ?? point();
    return point().map((component, i) => (centre[i] ?? 0) + 0.35 * component);
  };
}
