// An index that no longer holds what was written: replace the file by a good peer's, else by the snapshot.
import { looksDamaged, retrievalInWords } from "../detection/index-detector.ts";
import { oddCentroid, oddCount, oddDigest, oddLengths, oddShape } from "../detection/index-shape.ts";
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, TargetOf } from "../nouns.ts";
import type { ManifestView, SelfRetrievalView } from "../telemetry/vector-views.ts";
import { NUMBERS } from "../numbers.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Look } from "./pathway.ts";

export const restoreIndex = pathway("replica", {
  name: "restore-index",
  answers: ["index-damaged"],
  tier: "medium",
  changesData: true,
  says: "replaces the index file by a copy that was opened and asked first; records newer than the source are added again",
  ways: [
    { name: "peer", find: findGoodPeer },
    { name: "snapshot", find: findGoodSnapshot },
  ],
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
 * The first sibling whose file hashes to what was written, which finds its own vectors and holds what its record store
 * holds; null when there is none. A copy of damage is damage.
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
    if (manifest !== null && view !== null && complaintOf(manifest, view) === null) return entry.replica;
  }
  return null;
}

/** Where there is a good peer as well its bytes will do; else it is opened and asked first. */
async function findGoodSnapshot(...where: Parameters<typeof findGoodPeer>): Promise<string | null> {
  const [eyes] = where;
  const isLast = (await findGoodPeer(...where)) === null;
  return (await eyes.snapshotGood(isLast)) === true ? "snapshot" : null;
}

/** Null where there is a good copy. */
export async function findNoCopy(...where: Parameters<typeof findGoodPeer>): Promise<string | null> {
  const copy = (await findGoodPeer(...where)) ?? (await findGoodSnapshot(...where));
  return copy === null ? "the record store" : null;
}

/** The file hashes to what was written and the replica finds its own vectors again. */
export async function lookAtIndex(eyes: Eyes, { target }: Remedy<TargetOf<"replica">>): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined || entry.pid === null) return bad(`${target.replica} has no process`);
  const [manifest, view] = await Promise.all([
    eyes.manifest(entry.port),
    eyes.selfRetrieval(entry.port, NUMBERS.selfRetrieval.manyRows),
  ]);
  if (manifest === null || view === null) return bad(`the index of ${target.replica} could not be seen`);
  const complaint = complaintOf(manifest, view);
  if (complaint !== null) return bad(complaint);
  return good(`the hash is as written, ${manifest.rows} rows, it ${retrievalInWords(view)}`);
}

/** What is wrong with an index, or null. */
function complaintOf(manifest: ManifestView, view: SelfRetrievalView): string | null {
  const count = oddCount(manifest);
  const shape = view.shape === undefined ? null : oddShape(view.shape);
  const says = `it ${retrievalInWords(view)}`;
  if (manifest.trouble !== undefined) return manifest.trouble;
  if (!manifest.matches) return `the index file differs from what was written; ${says}`;
  if (looksDamaged(view)) return `the hash is as written, but ${says}, ${view.differing ?? 0} with another vector`;
  return oddDigest(manifest) ?? oddCentroid(manifest) ?? oddLengths(manifest) ?? count ?? shape;
}
