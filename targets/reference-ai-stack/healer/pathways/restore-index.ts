// An index that no longer holds what was written: replace the file by a good peer's, else by the snapshot.
import { looksDamaged } from "../detection/index-detector.ts";
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, TargetOf } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Look } from "./pathway.ts";

export const restoreIndex = pathway("replica", {
  name: "restore-index",
  answers: ["index-damaged"],
  tier: "medium",
  changesData: true,
  says: "replaces the index file; records newer than the source are added again",
  ways: [{ name: "peer", find: findGoodPeer }, { name: "snapshot" }],
  preconditions: [],
  steps: [
    step("replace the index", ({ hand, target, found }) =>
      hand.do("restore-index", { replica: target.replica, source: found ?? "snapshot" }),
    ),
  ],
  verifiedBy: ["finds-as-its-sibling", "records-kept", "question-answered", "users-served", "in-rotation"],
  check: async (eyes, remedy) => () => lookAtIndex(eyes, remedy),
  goneBy: "check",
});

/**
 * The first sibling whose file hashes to what was written and which finds its own vectors; null when there is none. A
 * copy of damage is damage.
 */
async function findGoodPeer(
  eyes: Eyes,
  target: ReplicaScope,
  replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  for (const entry of replicas) {
    if (entry.service !== target.service || entry.replica === target.replica || entry.pid === null) continue;
    const [manifest, view] = await Promise.all([
      eyes.manifest(entry.port),
      eyes.selfRetrieval(entry.port, NUMBERS.selfRetrieval.decidingRows),
    ]);
    if (manifest?.matches === true && view !== null && !looksDamaged(view)) return entry.replica;
  }
  return null;
}

/** The file hashes to what was written and the replica finds its own vectors again. */
async function lookAtIndex(eyes: Eyes, { target }: Remedy<TargetOf<"replica">>): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined || entry.pid === null) return bad(`${target.replica} has no process`);
  const [manifest, view] = await Promise.all([eyes.manifest(entry.port), eyes.selfRetrieval(entry.port)]);
  if (manifest === null || view === null) return bad(`the index of ${target.replica} could not be seen`);
  const share = `finds ${(100 * view.share).toFixed(0)} % of its own vectors`;
  if (!manifest.matches) return bad(`the index file still differs from what was written; ${share}`);
  if (looksDamaged(view)) return bad(`the hash is as written, but the replica ${share}`);
  return good(`the hash is as written, ${manifest.rows} rows, ${share}`);
}
