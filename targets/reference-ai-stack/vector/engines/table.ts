// The engines by their names. Only the one that is wanted is loaded: the others would cost each replica time and
// memory.
import { whyNoChroma } from "./chroma/wheel.ts";
import type { VectorEngine } from "./engine.ts";
import type { VectorEngineName } from "./names.ts";
import { whyNoSqliteVec } from "./sqlite-vec/extension.ts";
import { usearch } from "./usearch.ts";

interface EngineEntry {
  /** Why it cannot run on this machine, and what to do; null: it can. */
  readonly whyMissing: () => string | null;
  readonly load: () => Promise<VectorEngine>;
}

export const engines: Readonly<Record<VectorEngineName, EngineEntry>> = {
  usearch: { whyMissing: () => null, load: async () => usearch },
  chroma: { whyMissing: whyNoChroma, load: async () => (await import("./chroma/engine.ts")).chroma },
  "sqlite-vec": { whyMissing: whyNoSqliteVec, load: async () => (await import("./sqlite-vec/engine.ts")).sqliteVec },
};

/** Rejects, saying what to run, when it is not installed. */
export async function loadEngine(name: VectorEngineName): Promise<VectorEngine> {
  const { whyMissing, load } = engines[name];
  const missing = whyMissing();
  if (missing !== null) throw new Error(missing);
  return load();
}
