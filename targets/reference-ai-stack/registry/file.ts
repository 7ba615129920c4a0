// The registry on disk: one JSON file with the hash of what it holds, and a copy of it beside it. Each is written
// beside the old one, synced and renamed.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../common/log.ts";
import type { EngineName } from "../common/model-card.ts";
import { syncFile } from "../vector/snapshot.ts";
import { registrySchema, type RegistryState } from "./state.ts";

export type Found = { readonly state: RegistryState } | { readonly damaged: string } | null;

/** A state that lies on the disk already, under a name that nobody reads. */
export interface Prepared {
  /** From now on it is the registry. Rejects when the disk refuses; else says why there is no copy, or null. */
  commit(): Promise<string | null>;
  /** Leaves nothing of it. Never rejects. */
  drop(): Promise<void>;
}

export interface RegistryFile {
  /** As it lies on the disk now, or why it cannot be read; null: there is none. */
  read(which: Which): Found;
  /** Puts a file that cannot be read aside, for a person, and returns the name that it has now. Throws. */
  putAside(which: Which, stamp: string): string;
  /** Rejects when the disk refuses. */
  prepare(state: RegistryState): Promise<Prepared>;
}

/** The registry, or the copy of it that was written last. */
type Which = "registry" | "copy";

/** No registry is longer: 200 cards of at most a few thousand characters, bytes. */
const LONGEST = 8 * 2 ** 20;

/** Each engine has files of its own, so that who changes the engine and changes back finds what was served. */
export function registryFile(dataDir: string, engine: EngineName = "extractive"): RegistryFile {
  const name = engine === "extractive" ? "models" : `models-${engine}`;
  const folder = join(dataDir, "registry");
  const places = { registry: join(folder, `${name}.json`), copy: join(folder, `${name}.copy.json`) };
  const read = (which: Which): Found => readFound(places[which]);
  const putAside = (which: Which, stamp: string): string => {
    const wanted = `${places[which]}.damaged-${stamp}`;
    const aside = existsSync(wanted) ? `${wanted}-${randomUUID().slice(0, 8)}` : wanted;
    renameSync(places[which], aside);
    return aside;
  };
  return {
    read,
    putAside,
    async prepare(state) {
      const content = `${JSON.stringify({ sha256: hashOf(state), state }, null, 1)}\n`;
      const fresh = await writeFresh(places.registry, content);
      return {
        async commit() {
          await rename(fresh, places.registry);
          try {
            if (isDamaged(read("copy"))) putAside("copy", randomUUID().slice(0, 8));
            await rename(await writeFresh(places.copy, content), places.copy);
            return null;
          } catch (error) {
            return messageOf(error);
          }
        },
        drop: () => rm(fresh, { force: true }).catch(() => undefined),
      };
    },
  };
}

export function isDamaged(found: Found): found is { readonly damaged: string } {
  return found !== null && "damaged" in found;
}

/** Writes beside the file and syncs; returns where. Leaves nothing when the disk refuses. */
async function writeFresh(file: string, content: string): Promise<string> {
  const fresh = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(fresh, content);
    await syncFile(fresh);
    return fresh;
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
}

function readFound(path: string): Found {
  let text: string;
  try {
    // What is no file may never end, or never begin.
    const { size } = statSync(path);
    if (!statSync(path).isFile()) return { damaged: "it is no file" };
    if (size > LONGEST) return { damaged: `it has ${size} bytes` };
    text = readFileSync(path, "utf8");
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    return isAbsent ? null : { damaged: messageOf(error) };
  }
  return parsed(text);
}

function parsed(text: string): NonNullable<Found> {
  try {
    const { sha256, state } = (JSON.parse(text) ?? {}) as { sha256?: unknown; state?: unknown };
    if (state === undefined) return { damaged: "it does not hold a registry" };
    if (hashOf(state) !== sha256) return { damaged: "its content does not match its hash" };
    const read = registrySchema.safeParse(state);
    if (read.success) return { state: read.data };
    const [issue] = read.error.issues;
    return { damaged: `it does not hold a registry: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}` };
  } catch {
    return { damaged: "it is no JSON" };
  }
}

/** Over the state as JSON, in the order in which it was written. */
function hashOf(state: unknown): string {
  return createHash("sha256").update(JSON.stringify(state)).digest("hex");
}
