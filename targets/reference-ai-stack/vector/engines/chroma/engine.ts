// Chroma behind the port: a collection on a server of its own. The server holds its graph in memory and writes to its
// SQLite file whenever it opens it, so it works on a copy of the generation, and what is changed in the generation acts
// when the index is opened again.
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { z } from "zod";
import { DIMENSIONS } from "../../../embedder/cache.ts";
import { INDEX_PARAMETERS, type RowHit } from "../../index-file.ts";
import { batched } from "../batched.ts";
import type { EngineIndex, VectorEngine } from "../engine.ts";
import { copyIndex } from "../generation.ts";
import { forgetServed, nextServed } from "../served-copy.ts";
import { type ChromaServer, startServer } from "./server.ts";

const COLLECTION = "passages";
/** Rows of one request that adds: 500 vectors are 5 MB of JSON. */
const ADDED_AT_ONCE = 500;
const DATA_FILE = "data_level0.bin";
/**
 * An element of hnswlib's level 0: its links (a count and 2 × M of them, 4 bytes each), the vector, a label of 8 bytes.
 */
const LINK_BYTES = 4 + 2 * INDEX_PARAMETERS.connectivity * 4;
const ELEMENT_BYTES = LINK_BYTES + DIMENSIONS * 4 + 8;

const collections = z.array(z.object({ id: z.string(), name: z.string() }));
const queried = z.object({
  ids: z.array(z.array(z.string())),
  distances: z.array(z.array(z.number().nullable())),
});
const got = z.object({ ids: z.array(z.string()), embeddings: z.array(z.array(z.number().nullable())).nullable() });

export const chroma: VectorEngine = {
  name: "chroma",
  reads: "at-load",

  async build(vectors, index) {
    await mkdir(index);
    await withServer(index, async (server) => {
      const { connectivity, expansion_add, expansion_search } = INDEX_PARAMETERS;
      const hnsw = {
        space: "cosine",
        max_neighbors: connectivity,
        ef_construction: expansion_add,
        ef_search: expansion_search,
        // The graph is written to the disk once so many rows came in; the least that it takes is 2.
        sync_threshold: Math.max(2, vectors.length),
      };
      await server.ask("POST", "/collections", { name: COLLECTION, configuration: { hnsw } });
      await add(server, new Map(vectors.entries()));
    });
    // Its log has been purged and its place kept: three quarters of the file are empty.
    const db = new DatabaseSync(join(index, "chroma.sqlite3"));
    db.exec("VACUUM");
    db.close();
  },

  async extend(source, added, target) {
    await copyIndex(source, target);
    await withServer(target, (server) => add(server, added));
  },

  async open(index) {
    await forgetServed(index);
    const copy = nextServed(index);
    try {
      await copyIndex(index, copy);
      const server = await startServer(copy);
      return await collectionOf(server, () => rm(copy, { recursive: true, force: true }));
    } catch (error) {
      await rm(copy, { recursive: true, force: true });
      throw error;
    }
  },

  /** What was added after the graph was written is in its log until there are enough: those rows have no place here. */
  async locate(index, rows) {
    const file = (await readdir(index, { recursive: true })).find((name) => basename(name) === DATA_FILE);
    if (file === undefined) throw new Error(`${index} holds no ${DATA_FILE}: its graph was never written`);
    const written = Math.min(rows, Math.floor((await stat(join(index, file))).size / ELEMENT_BYTES));
    const piece = { at: LINK_BYTES, bytes: DIMENSIONS * 4, every: ELEMENT_BYTES, count: written };
    return { file, layout: { offset: LINK_BYTES, rowBytes: DIMENSIONS * 4, rows: written, pieces: [piece] } };
  },
};

async function withServer(folder: string, act: (server: ChromaServer) => Promise<void>): Promise<void> {
  const server = await startServer(folder);
  try {
    await act(server);
  } finally {
    await server.end();
  }
}

async function idOf(server: ChromaServer): Promise<string> {
  const all = collections.parse(await server.ask("GET", "/collections"));
  const found = all.find(({ name }) => name === COLLECTION);
  if (found === undefined) throw new Error(`Chroma holds no collection ${COLLECTION}`);
  return found.id;
}

async function add(server: ChromaServer, vectors: ReadonlyMap<number, Float32Array>): Promise<void> {
  const id = await idOf(server);
  const rows = [...vectors];
  for (let from = 0; from < rows.length; from += ADDED_AT_ONCE) {
    const some = rows.slice(from, from + ADDED_AT_ONCE);
    await server.ask("POST", `/collections/${id}/add`, {
      ids: some.map(([row]) => String(row)),
      embeddings: some.map(([, vector]) => Array.from(vector)),
    });
  }
  // Rows are taken up by the graph, and the graph is written, when they are first asked for.
  await query(server, id, 1)([new Float32Array(DIMENSIONS).fill(1)]);
}

function query(server: ChromaServer, id: string, k: number) {
  return async (vectors: readonly Float32Array[]): Promise<readonly (readonly RowHit[])[]> => {
    const answer = await server.ask("POST", `/collections/${id}/query`, {
      query_embeddings: vectors.map((vector) => Array.from(vector)),
      n_results: k,
      include: ["distances"],
    });
    const { ids, distances } = queried.parse(answer);
    return vectors.map((_, at) => hitsOf(ids[at] ?? [], distances[at] ?? []));
  };
}

/** A distance that is no number comes as null. */
function hitsOf(ids: readonly string[], distances: readonly (number | null)[]): readonly RowHit[] {
  return ids.flatMap((id, at) => {
    const distance = distances[at] ?? null;
    return distance === null ? [] : [{ row: Number(id), score: 1 - distance }];
  });
}

/** The collection of a server; `forget` is called when it is closed. Ends the server when it cannot be searched. */
async function collectionOf(server: ChromaServer, forget: () => Promise<void>): Promise<EngineIndex> {
  try {
    const id = await idOf(server);
    const rows = z.number().parse(await server.ask("GET", `/collections/${id}/count`));
    // A first search loads the graph: what is wrong with its files does not show before, count or no count.
    await query(server, id, 1)([new Float32Array(DIMENSIONS).fill(1)]);
    const searches = new Map<number, (vector: Float32Array) => Promise<readonly RowHit[]>>();
    const underWay = new Set<Promise<unknown>>();
    const watched = <T>(answer: Promise<T>): Promise<T> => {
      underWay.add(answer);
      const gone = (): void => void underWay.delete(answer);
      answer.then(gone, gone);
      return answer;
    };
    const vectorOf = batched((all: readonly number[]) => vectorsOf(server, id, all));
    return {
      rows,
      search(vector, k) {
        const search = searches.get(k) ?? batched(query(server, id, k));
        searches.set(k, search);
        return watched(search(vector));
      },
      vectorOf: (row) => watched(vectorOf(row)),
      ended: server.ended,
      async close() {
        await Promise.allSettled(underWay);
        await server.end();
        await forget();
      },
    };
  } catch (error) {
    await server.end();
    throw error;
  }
}

async function vectorsOf(
  server: ChromaServer,
  id: string,
  rows: readonly number[],
): Promise<readonly (Float32Array | undefined)[]> {
  const include = ["embeddings"];
  const { ids, embeddings } = got.parse(
    await server.ask("POST", `/collections/${id}/get`, { ids: [...new Set(rows.map(String))], include }),
  );
  const byId = new Map(ids.map((one, at) => [one, embeddings?.[at]]));
  return rows.map((row) => {
    const vector = byId.get(String(row));
    // What is no number comes as null.
    return vector === undefined ? undefined : Float32Array.from(vector, (part) => part ?? Number.NaN);
  });
}
