// Which vector engines are installed? Without one its tests are skipped, loudly; in CI that is a failure.
import { VECTOR_ENGINES, type VectorEngineName } from "../../targets/reference-ai-stack/vector/engines/names.ts";
import { engines } from "../../targets/reference-ai-stack/vector/engines/table.ts";

const missing = VECTOR_ENGINES.flatMap((name) => engines[name].whyMissing() ?? []);

if (missing.length > 0) {
  if (process.env["CI"] === "true") throw new Error(missing.join("\n"));
  process.stderr.write(`\n!!! SKIPPED: ${missing.length} vector engines: ${missing.join("; ")}\n\n`);
}

export const isInstalled = (name: VectorEngineName): boolean => engines[name].whyMissing() === null;
