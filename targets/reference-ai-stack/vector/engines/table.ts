// The engines by their names.
import type { VectorEngine } from "./engine.ts";
import type { VectorEngineName } from "./names.ts";
import { usearch } from "./usearch.ts";

export const engines: Readonly<Record<VectorEngineName, VectorEngine>> = { usearch };
