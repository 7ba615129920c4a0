// An index whose vectors are whole, and whose graph leads past them: linked anew from these vectors, while the replica
// answers from what it has. Nothing is taken over from elsewhere, so nothing newer can be lost.
import { looksDamaged } from "../detection/index-detector.ts";
import { oddCentroid, oddCount, oddDigest, oddLengths, oddShape } from "../detection/index-shape.ts";
import type { Eyes, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import type { AnswerShape, ManifestView, SelfRetrievalView } from "../telemetry/vector-views.ts";
import { NUMBERS } from "../numbers.ts";
import { pathway, step } from "./pathway.ts";
import { lookAtIndex } from "./restore-index.ts";

export const refreshVectorIndex = pathway("replica", {
  name: "refresh-vector-index",
  answers: ["index-damaged"],
  tier: "medium",
  changesData: true,
  says: "links the index anew from its own vectors, for these are whole and searches do not come to them",
  ways: [{ name: "links", find: findOwnVectors }],
  preconditions: [],
  steps: [step("relink the index", ({ hand, target }) => hand.do("relink-index", { replica: target.replica }))],
  verifiedBy: ["finds-as-its-sibling", "records-kept", "question-answered", "users-served", "in-rotation"],
  check: async (eyes, remedy) => () => lookAtIndex(eyes, remedy),
  goneBy: "check",
});

/** Null where anything speaks against the vectors or their names, or nobody says: then a good copy is the remedy. */
async function findOwnVectors(
  eyes: Eyes,
  target: ReplicaScope,
  replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  const entry = replicas.find(({ replica }) => replica === target.replica);
  if (entry === undefined || entry.pid === null) return null;
  const [manifest, view] = await Promise.all([
    eyes.manifest(entry.port),
    eyes.selfRetrieval(entry.port, NUMBERS.selfRetrieval.decidingRows),
  ]);
  if (manifest === null || view === null) return null;
  return holdsWhatWasStored(manifest, view) && leadsPast(view) ? "its own vectors" : null;
}

/** The file's hash, the digest over all rows and their count fit, and no vector that was looked at is another one. */
function holdsWhatWasStored(manifest: ManifestView, { differing }: SelfRetrievalView): boolean {
  const { matches, records, digests, vectors } = manifest;
  const isSaid =
    manifest.trouble === undefined && records !== undefined && digests !== undefined && vectors !== undefined;
  const odd = oddCount(manifest) ?? oddDigest(manifest) ?? oddCentroid(manifest) ?? oddLengths(manifest);
  return matches && isSaid && odd === null && differing === 0;
}

/** Rows are not found, and none of them because it goes by another name. */
function leadsPast(view: SelfRetrievalView): boolean {
  const { shape } = view;
  if (shape === undefined || !hasNamesOfItsOwn(shape)) return false;
  return looksDamaged(view) || oddShape(shape) !== null;
}

function hasNamesOfItsOwn({ unknown, repeated, misnamed }: AnswerShape): boolean {
  return unknown === 0 && repeated === 0 && misnamed === 0;
}
