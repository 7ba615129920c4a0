// The embedder gives texts that never change other vectors than it gave them before.
import { compareWithKept, embeddingDetector } from "../detection/embedding-detector.ts";
import { frozenTexts } from "../detection/drift/frozen-texts.ts";
import { signal, source } from "./signal.ts";
import type { Confirm } from "./signal.ts";

/** All frozen texts once more, by the model and as users get them. */
const confirmEmbedding: Confirm = async (_suspicion, scope, { eyes, replicas }) => {
  const port = replicas.find((entry) => entry.replica === scope.replica)?.port;
  if (port === undefined) return { confirmed: false, says: "the embedder is not in the inventory" };
  const places = frozenTexts().map((_, place) => place);
  const looks = await Promise.all([true, false].map((fresh) => eyes.embeddings(port, places, fresh)));
  const [fresh, served] = looks.map((texts) => (texts === null ? undefined : compareWithKept(texts)));
  const show = (seen: typeof fresh): string =>
    seen === undefined
      ? "not seen"
      : `${seen.changed.length} of ${seen.checked} changed, least cosine ${seen.leastSimilarity.toFixed(3)}`;
  return {
    confirmed: [fresh, served].some((seen) => seen !== undefined && seen.changed.length > 0),
    says: `second look: by the model ${show(fresh)}; as users get them ${show(served)}`,
  };
};

export const embeddingDrifts = signal({
  name: "embedding-drifts",
  rule: "20 frozen texts embedded anew, in turn by the model and all as users get them: a vector differs by more than rounding",
  detector: source(embeddingDetector),
  soft: { confirm: confirmEmbedding, probe: "all 20 once more, both ways" },
  speaksFor: { "embedding-drifted": 12, "replica-down": 1, "replica-slow": 1 },
});
