// Texts that never change have other vectors as users get them than as the model computes them, and the model is as
// ever: what the embedder keeps is wrong.
import { lookAtAll } from "./embedding-drifts.ts";
import { signal } from "./signal.ts";
import { embeddings } from "./sources.ts";
import type { Confirm } from "./signal.ts";

const confirmStale: Confirm = async (_suspicion, scope, context) => {
  const seen = await lookAtAll(scope, context);
  if (seen === null) return { confirmed: false, says: "the embedder is not in the inventory" };
  const { fresh, served, says } = seen;
  return { confirmed: fresh?.changed.length === 0 && (served?.changed.length ?? 0) > 0, says };
};

export const keptVectorsStale = signal({
  name: "kept-vectors-stale",
  rule: "of 20 frozen texts one has another vector as users get them, and none of those that the model computes anew",
  detector: embeddings,
  soft: { confirm: confirmStale, probe: "all 20 once more, both ways" },
  speaksFor: { "cache-wrong": 30 },
});
