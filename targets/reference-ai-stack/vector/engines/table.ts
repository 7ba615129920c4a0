// The engines by their names.
import { chroma } from "./chroma/engine.ts";
import type { VectorEngine } from "./engine.ts";
import type { VectorEngineName } from "./names.ts";
import { sqliteVec } from "./sqlite-vec/engine.ts";
import { usearch } from "./usearch.ts";

export const engines: Readonly<Record<VectorEngineName, VectorEngine>> = { usearch, chroma, "sqlite-vec": sqliteVec };
