// Who runs where, as the stack publishes it. The index file of a vector replica is named with the byte range of its
// rows.

import { statSync } from "node:fs";
import { ENGINE_VERSION } from "../inference/engine.ts";
import type { StackConfig } from "../config.ts";
import { PAYLOAD_OFFSET, replicaFiles, ROW_BYTES, type Manifest } from "../vector/layout.ts";
import { readManifest } from "../vector/snapshot.ts";
import type { Child } from "./child.ts";

/** Version of services that carry none of their own. */
const STACK_VERSION = "1";

/** One row of `GET /inventory` (targets/README.md). */
export interface InventoryRow {
  readonly service: string;
  readonly replica: string;
  readonly pid: number | null;
  readonly port: number;
  /** Engine version of an inference replica, corpus and index of a vector replica, else the stack's. */
  readonly version: string;
  readonly weight?: number;
  readonly files?: readonly PublishedIndex[];
}

interface PublishedIndex {
  readonly role: "index";
  readonly path: string;
  readonly format: "usearch";
  readonly payload: { readonly offset: number; readonly rowBytes: number; readonly rows: number };
}

/** Looks at the children and at the manifests on disk, never into the index files. */
export function inventoryOf(
  children: readonly Child[],
  weights: Readonly<Record<string, number>>,
  config: StackConfig,
): readonly InventoryRow[] {
  return children.map((child) => {
    const { service, replica, port } = child.spec;
    const weight = weights[replica];
    const row = { service, replica, pid: child.pid(), port, ...(weight === undefined ? {} : { weight }) };
    if (service !== "vector") return { ...row, version: versionOf(service, config) };
    return { ...row, ...publishedIndex(replica, config) };
  });
}

function versionOf(service: string, config: StackConfig): string {
  if (service !== "inference") return STACK_VERSION;
  return config.inferenceUpstreamUrl === undefined ? ENGINE_VERSION : "upstream";
}

function publishedIndex(replica: string, config: StackConfig): Pick<InventoryRow, "version" | "files"> {
  const files = replicaFiles(config.dataDir, replica);
  let manifest: Manifest;
  try {
    manifest = readManifest(files);
  } catch {
    // Not there yet: the replica makes its folder when it first starts.
    return { version: "none" };
  }
  const payload = { offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES, rows: manifest.rows };
  return {
    version: `index-${manifest.indexHash.slice(0, 12)}-file-${fileNumber(files.index)}`,
    files: [{ role: "index", path: files.index, format: "usearch", payload }],
  };
}

/**
 * The file system's own number of the file: a restored index is another file, also when its bytes are those of the
 * first.
 */
function fileNumber(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
