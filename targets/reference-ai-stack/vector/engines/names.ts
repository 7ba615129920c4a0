// The engines that a vector replica can search with, as they are called in VECTOR_ENGINE.

/** The first is the default. */
export const VECTOR_ENGINES = ["usearch", "chroma", "sqlite-vec"] as const;
export type VectorEngineName = (typeof VECTOR_ENGINES)[number];

/** The index of each engine, a file or a folder, in the folder of a replica. */
export const INDEX_NAMES: Readonly<Record<VectorEngineName, string>> = {
  usearch: "index.usearch",
  chroma: "index.chroma",
  "sqlite-vec": "index.sqlite-vec",
};
