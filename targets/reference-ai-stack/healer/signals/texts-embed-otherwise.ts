// The embedder gives the texts of stored passages other vectors than these were stored with, and is what it always was.
import { storedTextsInWords } from "../detection/stored-texts-detector.ts";
import type { Confirm } from "./signal.ts";
import { signal } from "./signal.ts";
import { storedTexts } from "./sources.ts";

/** By the model itself: a cache may be what is wrong. */
const confirmStored: Confirm = async (_suspicion, { replica }, { eyes, replicas }) => {
  const port = replicas.find((entry) => entry.replica === replica)?.port;
  const embedder = replicas.find(({ service, pid }) => service === "embedder" && pid !== null);
  const view = port === undefined || embedder === undefined ? null : await eyes.storedTexts(port, embedder.port, true);
  if (view === null)
    return { confirmed: false, says: "texts were not embedded by a model that is what it was", abstains: true };
  return {
    confirmed: view.differing > 0,
    says: `second look, by the model: ${storedTextsInWords(view)}`,
    by: "checks",
  };
};

export const textsEmbedOtherwise = signal({
  name: "texts-embed-otherwise",
  rule: "the newest passages of each model and some others, embedded again while the frozen texts have their vectors: another vector than is stored",
  detector: storedTexts,
  soft: { confirm: confirmStored, probe: "the same by the model, past its cache, at each replica" },
  speaksFor: { "corpus-misembedded": 12 },
});
