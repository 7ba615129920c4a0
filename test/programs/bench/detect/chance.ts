// Normal numbers that come again with their seed.

import { seeded } from "../../../../targets/reference-ai-stack/healer/detection/chance.ts";

/** Standard normal (Box and Muller 1958). */
export function normalFrom(seed: number): () => number {
  const random = seeded(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
