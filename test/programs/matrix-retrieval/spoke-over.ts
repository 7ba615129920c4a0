// The healer's looks one after the other, and when each of its signals first speaks.
import type { Detector } from "../../../targets/reference-ai-stack/healer/detection/detector.ts";
import type { Observation } from "../../../targets/reference-ai-stack/healer/nouns.ts";

/** By signal the look at which it first spoke, from 1 on. */
export async function spokeOver<State>(
  detector: Detector<State>,
  look: (look: number) => Promise<Observation | undefined>,
  looks: number,
): Promise<ReadonlyMap<string, number>> {
  const first = new Map<string, number>();
  let state = detector.initial;
  for (let n = 1; n <= looks; n += 1) {
    const seen = await look(n);
    if (seen !== undefined) state = detector.take(state, seen);
    for (const { name } of detector.signals(state)) if (!first.has(name)) first.set(name, n);
  }
  return first;
}

/** How many of all it is. */
export function shareIn(all: readonly boolean[]): number {
  return all.filter(Boolean).length / all.length;
}
