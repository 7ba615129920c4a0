// Who runs where, as the stack publishes it. The index file of a vector replica is named with the byte range of its
// rows.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PRIMARY } from "../common/members.ts";
import type { Serving } from "../registry/state.ts";
import { BLOCK_ROW_BYTES } from "../inference/kv/block-file.ts";
import { prefixCacheFile } from "../inference/kv/prefix-cache-path.ts";
import { ANSWER_ROWS, answerCacheFile, VECTOR_ROWS, vectorCacheFile } from "../cache-settings.ts";
import type { StackConfig } from "../config.ts";
import { LAST_LAYER, modelFolder, modelManifestFile } from "../embedder/model-files.ts";
import type { VectorEngineName } from "../vector/engines/names.ts";
import type { RowLayout } from "../vector/engines/row-layout.ts";
import { heldRows } from "../vector/held-rows.ts";
import { PAYLOAD_OFFSET, replicaFiles, ROW_BYTES, shortHash } from "../vector/layout.ts";
import type { Blocks } from "./blocks.ts";
import type { Fleet } from "./fleet.ts";
import { keepManifests } from "./kept-manifests.ts";
import type { Models } from "./models.ts";
import type { Reduction } from "./reduction.ts";
import type { Traffic } from "./traffic.ts";
import type { UnderWay } from "./under-way.ts";
import type { Makers } from "./makers.ts";

const manifestOf = keepManifests();

/** Version of services that carry none of their own. */
const STACK_VERSION = "1";

/** One row of `GET /inventory` (targets/README.md). */
export interface InventoryRow {
  readonly service: string;
  readonly replica: string;
  readonly pid: number | null;
  readonly port: number;
  /**
   * Of an inference replica the stable version, corpus and index of a vector replica, else the stack's. A version that
   * is only tried out does not change it: that is no other replica.
   */
  readonly version: string;
  /** Which versions an inference replica serves, the one that is tried out among them. */
  readonly models?: Serving;
  readonly weight?: number;
  /** So many replicas its service may have; only where more may join. */
  readonly most?: number;
  /** What people are doing to it on purpose, in words; absent: nothing. */
  readonly maintenance?: string;
  /** What was done to a replica that nothing else here shows; absent: nothing yet. */
  readonly state?: ShownState;
  readonly files?: readonly PublishedFile[];
  /** Operations that were asked for at it and are not over. */
  readonly underWay: readonly string[];
  /** Pids of the processes that make something anew for it now, beside its own. */
  readonly makers: readonly number[];
}

/**
 * `rollBacks`: how often a version was rolled back, which a canary that is withdrawn shows nowhere else;
 * `cacheClears`: how often it was made to forget what it had cached; `resyncs`: how often it took documents of a
 * sibling; `reduced`: how far its service is reduced, 1 to 3; `rerouted`: 1 while the gateway reaches it by its other
 * way; `blocked`: sources that the gateway turns away. What is 0 is left out. Of the ingestion: retries, scalings,
 * prunings, dead letters, roll-backs, quarantines and their ends, releases of a source, repairs of a schema and their
 * ends.
 */
type ShownState = Readonly<Record<string, number>>;

interface PublishedFile {
  readonly role:
    | "index"
    | "manifest"
    | "prefix-cache"
    | "answer-cache"
    | "embedding-cache"
    | "model"
    | "model-manifest";
  readonly path: string;
  readonly format: VectorEngineName | "json" | "blocks" | "json-rows" | "f32";
  readonly payload: RowLayout;
  /** `at-load`: a change acts once the replica was told to load the file anew; absent: at once. */
  readonly reads?: "at-load";
}

/** What the inventory is read off. */
export interface Shown {
  readonly fleet: Pick<Fleet, "children">;
  readonly traffic: Pick<Traffic, "weights" | "pathOf">;
  readonly models: Pick<Models, "state">;
  /** By replica. */
  readonly cacheClears: ReadonlyMap<string, number>;
  /** By replica. */
  readonly resyncs: ReadonlyMap<string, number>;
  /** By replica. */
  readonly maintained: ReadonlyMap<string, string>;
  readonly reduction: Pick<Reduction, "level">;
  readonly blocks: Pick<Blocks, "left">;
  /** What was done to the ingestion, by name. */
  readonly tended: ReadonlyMap<string, number>;
  readonly underWay: Pick<UnderWay, "list">;
  readonly makers: Pick<Makers, "of">;
}

/** Looks at the children and at the manifests on disk, never into the index files. */
export function inventoryOf(parts: Shown, config: StackConfig): readonly InventoryRow[] {
  const { fleet, traffic, models, maintained } = parts;
  const [weights, { serving }] = [traffic.weights(), models.state()];
  return fleet.children().map((child) => {
    const { service, replica, port } = child.spec;
    const weight = weights[replica];
    const underWay = parts.underWay.list().flatMap((one) => (one.replica === replica ? [one.operation] : []));
    const maintenance = maintained.get(replica);
    const row = {
      service,
      replica,
      pid: child.pid(),
      port,
      ...(weight !== undefined && { weight }),
      underWay,
      makers: parts.makers.of(replica),
      ...(maintenance !== undefined && { maintenance }),
    };
    if (service === "inference") {
      const shown =
        config.inferenceUpstreamUrl === undefined
          ? { version: serving.stable, models: serving }
          : { version: "upstream" };
      const most = { most: config.inference.mostReplicas };
      return { ...row, ...shown, ...most, ...stateOf(replica, parts), ...publishedCache(replica, config) };
    }
    if (service === "ingestion") return { ...row, version: STACK_VERSION, ...tendedIn(parts) };
    if (service === "vector") return { ...row, ...publishedIndex(replica, config), ...resyncsOf(replica, parts) };
    return {
      ...row,
      version: STACK_VERSION,
      ...doneTo(replica, service, parts),
      ...publishedBy(service, replica, config),
    };
  });
}

/** Nothing at all as long as nothing was done. */
function stateOf(replica: string, { cacheClears, reduction, models, traffic }: Shown): Pick<InventoryRow, "state"> {
  const done = {
    rollBacks: models.state().rollBacks,
    cacheClears: cacheClears.get(replica) ?? 0,
    reduced: reduction.level(),
    rerouted: traffic.pathOf("inference") === PRIMARY ? 0 : 1,
  };
  const state: ShownState = Object.fromEntries(Object.entries(done).filter(([, count]) => count > 0));
  return Object.keys(state).length === 0 ? {} : { state };
}

function tendedIn({ tended }: Shown): Pick<InventoryRow, "state"> {
  return tended.size === 0 ? {} : { state: Object.fromEntries(tended) };
}

function doneTo(replica: string, service: string, { cacheClears, blocks }: Shown): Pick<InventoryRow, "state"> {
  const clears = cacheClears.get(replica) ?? 0;
  const blocked = service === "gateway" ? Object.keys(blocks.left()).length : 0;
  const state = { ...(clears > 0 && { cacheClears: clears }), ...(blocked > 0 && { blocked }) };
  return Object.keys(state).length === 0 ? {} : { state };
}

/** Documents that were taken from a sibling change no file that is shown. */
function resyncsOf(replica: string, { resyncs }: Shown): Pick<InventoryRow, "state"> {
  const count = resyncs.get(replica) ?? 0;
  return count === 0 ? {} : { state: { resyncs: count } };
}

/** What the gateway keeps of answers, and the embedder of vectors, where they keep that in files; its model. */
function publishedBy(service: string, replica: string, config: StackConfig): Partial<InventoryRow> {
  const { caches, dataDir } = config;
  if (service === "gateway" && caches.answers) {
    return { files: [rowsIn("answer-cache", answerCacheFile(dataDir, replica), "json-rows", ANSWER_ROWS)] };
  }
  if (service !== "embedder") return {};
  const kept = caches.vectorsInFile
    ? [rowsIn("embedding-cache", vectorCacheFile(dataDir, replica), "f32", VECTOR_ROWS)]
    : [];
  const model = config.installsModel ? publishedModel(replica, config) : { files: [] };
  const files = [...kept, ...model.files];
  return files.length === 0 ? {} : { ...model, files };
}

function rowsIn(
  role: PublishedFile["role"],
  path: string,
  format: PublishedFile["format"],
  { rows, rowBytes }: { readonly rows: number; readonly rowBytes: number },
): PublishedFile {
  return { role, path, format, payload: { offset: 0, rowBytes, rows } };
}

/** The last layer of the embedder's model, and the manifest of its files. */
function publishedModel(
  replica: string,
  { dataDir }: StackConfig,
): { readonly version?: string; readonly files: readonly PublishedFile[] } {
  const folder = modelFolder(dataDir, replica);
  const manifest = modelManifestFile(folder);
  let hash: string;
  try {
    hash = createHash("sha256").update(readFileSync(manifest)).digest("hex");
  } catch {
    // Not there yet: the embedder installs it when it first starts.
    return { files: [] };
  }
  const { file, ...payload } = LAST_LAYER;
  const path = join(folder, file);
  return {
    version: `model-${hash.slice(0, 12)}-file-${fileNumber(path)}`,
    files: [
      { role: "model", path, format: "f32", payload, reads: "at-load" },
      { role: "model-manifest", path: manifest, format: "json", payload: wholeOf(manifest), reads: "at-load" },
    ],
  };
}

function publishedIndex(replica: string, config: StackConfig): Pick<InventoryRow, "version" | "files"> {
  const files = replicaFiles(config.dataDir, replica, config.vectorEngine);
  // Not there yet: the replica makes its folder when it first starts.
  if (!existsSync(files.records)) return { version: "none" };
  const { found, bytes } = manifestOf(files);
  const payload = { offset: 0, rowBytes: bytes, rows: 1 };
  const describing = { role: "manifest", path: files.manifest, format: "json", payload } as const;
  // Nobody can tell how the index is to be read.
  if ("reason" in found) return { version: `index-undescribed-file-${fileNumber(files.index)}`, files: [describing] };
  const { manifest } = found;
  const version = `index-${shortHash(manifest.indexHash)}-file-${fileNumber(files.index)}`;
  const { engine: format = "usearch", rowsIn } = manifest;
  const { file, layout } = rowsIn ?? {
    file: "",
    layout: { offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES, rows: heldRows(manifest).count },
  };
  const reads = format === "chroma" ? ({ reads: "at-load" } as const) : {};
  return {
    version,
    files: [{ role: "index", path: join(files.index, file), format, payload: layout, ...reads }, describing],
  };
}

/** A file without rows: all of its bytes are one. */
function wholeOf(path: string): PublishedFile["payload"] {
  return { offset: 0, rowBytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0, rows: 1 };
}

/** What an inference replica has cached; one that lets another endpoint answer caches nothing. */
function publishedCache(replica: string, config: StackConfig): Pick<InventoryRow, "files"> {
  if (config.inferenceUpstreamUrl !== undefined) return {};
  const payload = { offset: 0, rowBytes: BLOCK_ROW_BYTES, rows: config.inference.kvBlocks };
  return {
    files: [{ role: "prefix-cache", path: prefixCacheFile(config.dataDir, replica), format: "blocks", payload }],
  };
}

/**
 * The file system's own number of the file: a restored index is another file, also when its bytes are those of the
 * first.
 */
function fileNumber(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
