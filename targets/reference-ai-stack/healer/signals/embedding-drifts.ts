// The embedder gives texts that never change other vectors than it gave them before.
import { compareWithKept } from "../detection/embedding-detector.ts";
import { frozenTexts } from "../detection/drift/frozen-texts.ts";
import { signal } from "./signal.ts";
import { embeddings } from "./sources.ts";
import type { Reembedding } from "../detection/drift/reembed.ts";
import type { ReplicaScope } from "../nouns.ts";
import type { Confirm, ConfirmContext } from "./signal.ts";

interface BothWays {
  readonly fresh: Reembedding | undefined;
  readonly served: Reembedding | undefined;
  readonly says: string;
}

/** All frozen texts once more, by the model and as users get them; null: the replica is not there. */
export async function lookAtAll(
  { replica }: ReplicaScope,
  { eyes, replicas }: ConfirmContext,
): Promise<BothWays | null> {
  const port = replicas.find((entry) => entry.replica === replica)?.port;
  if (port === undefined) return null;
  const places = frozenTexts().map((_, place) => place);
  const looks = await Promise.all([true, false].map((fresh) => eyes.embeddings(port, places, fresh)));
  const [fresh, served] = looks.map((texts) => (texts === null ? undefined : compareWithKept(texts)));
  const show = (seen: typeof fresh): string =>
    seen === undefined
      ? "not seen"
      : `${seen.changed.length} of ${seen.checked} changed, least cosine ${seen.leastSimilarity.toFixed(3)}`;
  return { fresh, served, says: `second look: by the model ${show(fresh)}; as users get them ${show(served)}` };
}

const confirmEmbedding: Confirm = async (_suspicion, scope, context) => {
  const seen = await lookAtAll(scope, context);
  if (seen === null) return { confirmed: false, says: "the embedder is not in the inventory" };
  return { confirmed: (seen.fresh?.changed.length ?? 0) > 0, says: seen.says };
};

export const embeddingDrifts = signal({
  name: "embedding-drifts",
  rule: "20 frozen texts embedded anew by the model, two in turn: a vector differs by more than rounding",
  detector: embeddings,
  soft: { confirm: confirmEmbedding, probe: "all 20 once more, both ways" },
  speaksFor: { "embedding-drifted": 12, "replica-down": 1, "replica-slow": 1 },
});
