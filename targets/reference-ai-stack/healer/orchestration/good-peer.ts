// Before an index is taken over from a sibling, the sibling is looked at: a copy of damage is damage.
import type { Eyes, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import { isLowShare } from "../detection/index-detector.ts";

/** The first sibling whose file hashes to what was written and which finds its own vectors; null when there is none. */
export async function findGoodPeer(
  eyes: Eyes,
  target: ReplicaScope,
  replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  for (const entry of replicas) {
    if (entry.service !== target.service || entry.replica === target.replica || entry.pid === null) continue;
    const [manifest, view] = await Promise.all([eyes.manifest(entry.port), eyes.selfRetrieval(entry.port)]);
    if (manifest?.matches === true && view !== null && !isLowShare(view.share, [])) return entry.replica;
  }
  return null;
}
