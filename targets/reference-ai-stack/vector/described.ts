// What is said of the index that a replica answers from, also where the manifest beside it is missing or torn: what was
// read when it was opened, and why it cannot be read now. A replica that has its records and no index to open answers
// from its records alone, so that each answer is right and a search costs more.
import { existsSync } from "node:fs";
import { settle } from "./engines/publish.ts";
import { shortHash, type IndexFiles } from "./layout.ts";
import type { RecordStore } from "./record-store.ts";
import type { Serving } from "./serving.ts";
import { findManifest, type MadeOf } from "./snapshot.ts";

/** `indexHash`: of the index as it was written; `none` where none was opened. */
export type Described = MadeOf & { readonly indexHash: string };

/** A generation, and what its manifest said when it was opened. */
export interface Opened {
  readonly serving: Serving;
  readonly described: Described;
  /** Why no index was opened, and all is answered from the record store; null: one was. */
  readonly lacks: string | null;
}

interface Told extends Pick<MadeOf, "model" | "dimension" | "metric" | "corpusHash"> {
  readonly manifestHash: string;
  /** 1: the manifest at its path can be read; else 0, and why not. */
  readonly described: 0 | 1;
  readonly manifestTrouble?: string;
}

/** By the manifest that lies there now, and where that cannot be read by the one of the opened index. */
export function toldOf(files: IndexFiles, opened: Described): Told {
  const found = findManifest(files);
  const {
    model,
    dimension,
    metric,
    corpusHash,
    indexHash: manifestHash,
  } = "manifest" in found ? found.manifest : opened;
  const said = { model, dimension, metric, corpusHash, manifestHash };
  if ("manifest" in found) return { ...said, described: 1 };
  return { ...said, described: 0, manifestTrouble: found.reason };
}

/** Compares with every vector: nothing has to be made first, and each search takes as long as there are rows. */
function serveRecords(records: RecordStore): Serving {
  const rows = (): number => records.count() - records.removed.size;
  return {
    rows,
    held: rows,
    dead: () => 0,
    search: (vector, k) => Promise.resolve(records.searchExact(vector, k)),
    vectorOf: (row) => Promise.resolve(records.idOf(row) === undefined ? undefined : records.vectorOf(row)),
    // What the store holds is what is searched.
    put: () => undefined,
    drop: () => undefined,
    close: () => Promise.resolve(),
  };
}

/**
 * Opens the index; where there is none, or no manifest that says how to read it, all that the record store holds is
 * served without one, as being of what `otherwise` says. An index that is there and damaged is `open`'s business.
 */
export async function openOrDoWithout(
  files: IndexFiles,
  records: RecordStore,
  open: () => Promise<Opened>,
  otherwise: (() => MadeOf) | undefined,
): Promise<Opened> {
  await settle(files);
  const lacks = lackingOf(files);
  if (lacks === null || otherwise === undefined) return open();
  return { serving: serveRecords(records), described: { ...otherwise(), indexHash: "none" }, lacks };
}

function lackingOf(files: IndexFiles): string | null {
  const found = findManifest(files);
  if ("reason" in found) return found.reason;
  return existsSync(files.index) ? null : `${files.index} is missing`;
}

/** Changes with every load. */
export function versionOf({ indexHash }: Described, generation: number): string {
  return `${shortHash(indexHash)}-${generation}`;
}
