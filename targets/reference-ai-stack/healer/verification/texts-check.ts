// Do texts that never change have the vectors that they always had? For remedies of the embedder.
import { compareWithKept } from "../detection/embedding-detector.ts";
import { frozenTexts } from "../detection/drift/frozen-texts.ts";
import type { Eyes } from "../nouns.ts";
import type { Look } from "../pathways/pathway.ts";

/** `fresh`: as the model computes them; else as users get them. */
export async function lookAtTexts(eyes: Eyes, port: number, fresh: boolean): Promise<Look> {
  const places = frozenTexts().map((_, place) => place);
  const texts = await eyes.embeddings(port, places, fresh);
  const seen = texts === null ? undefined : compareWithKept(texts);
  if (seen === undefined) return { good: false, says: "frozen texts were not embedded" };
  const by = fresh ? "by the model" : "as users get them";
  const says = `of ${seen.checked} frozen texts ${seen.changed.length} have other vectors ${by}`;
  return { good: seen.changed.length === 0, says };
}
