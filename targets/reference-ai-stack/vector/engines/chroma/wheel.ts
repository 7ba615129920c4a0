// Where Chroma's wheel lies: it is no dependency of the project, and is there once install.sh was run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../config.ts";

export const HERE = "targets/reference-ai-stack/vector/engines/chroma";

export function wheelFolder(): string {
  return join(projectRoot(), ".cache/engines/chroma");
}

/** Why this machine cannot run Chroma, in words; null: it can. */
export function whyNoChroma(): string | null {
  const library = join(wheelFolder(), "chromadb_rust_bindings");
  return existsSync(library) ? null : `Chroma is not installed (no ${library}); run: bash ${HERE}/install.sh`;
}
