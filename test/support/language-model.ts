// Is the language model installed? Without it its tests are skipped, loudly; in CI that is a failure.
import { readStackConfig } from "../../targets/reference-ai-stack/config.ts";
import { whyNoLlama } from "../../targets/reference-ai-stack/inference/llama/library.ts";

/** The settings of a replica that a language model answers in. */
export const config = readStackConfig({ ...process.env, INFERENCE_ENGINE: "llama", INFERENCE_SLOTS: "2" });

/** Why there is no language model; null when there is one. */
export const noLanguageModel: string | null = whyNoLlama(config.inference.weightsDir);

if (noLanguageModel !== null) {
  if (process.env["CI"] === "true") throw new Error(noLanguageModel);
  process.stderr.write(`\n!!! SKIPPED: ${noLanguageModel}\n\n`);
}
