// The registry on disk: one JSON file with the hash of what it holds, written beside the old one, synced and renamed.
import { createHash } from "node:crypto";
import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../common/log.ts";
import { writeDurably } from "../vector/snapshot.ts";
import { registrySchema, type RegistryState } from "./state.ts";

export interface RegistryFile {
  /** As it lies on the disk now, or why it cannot be read; null: there is none. */
  read(): RegistryState | { readonly damaged: string } | null;
  /** Puts a file that cannot be read aside, under another name, for a person. */
  putAside(stamp: string): void;
  /** Rejects when the disk refuses. */
  write(state: RegistryState): Promise<void>;
}

export function registryFile(dataDir: string): RegistryFile {
  const file = join(dataDir, "registry", "models.json");
  return {
    read() {
      let text: string;
      try {
        text = readFileSync(file, "utf8");
      } catch (error) {
        const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
        return isAbsent ? null : { damaged: messageOf(error) };
      }
      return parsed(text);
    },
    putAside: (stamp) => renameSync(file, `${file}.damaged-${stamp}`),
    write: (state) => writeDurably(file, `${JSON.stringify({ sha256: hashOf(state), state }, null, 1)}\n`),
  };
}

function parsed(text: string): RegistryState | { readonly damaged: string } {
  try {
    const { sha256, state } = (JSON.parse(text) ?? {}) as { sha256?: unknown; state?: unknown };
    const read = registrySchema.safeParse(state);
    if (!read.success) return { damaged: "it does not hold a registry" };
    return hashOf(read.data) === sha256 ? read.data : { damaged: "its content does not match its hash" };
  } catch {
    return { damaged: "it is no JSON" };
  }
}

/** Over the state as JSON, in the order in which it was written. */
function hashOf(state: unknown): string {
  return createHash("sha256").update(JSON.stringify(state)).digest("hex");
}
