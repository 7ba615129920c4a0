// Documents that went by one vector replica: it is given those, and those versions, that a sibling has and it never
// had. Nothing that was deleted here, or gone back from, comes again.
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, TargetOf } from "../nouns.ts";
import { lackedOf, lackingAt, lackingInWords, type Lacking } from "../telemetry/lacking.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Look } from "./pathway.ts";

export const resyncRecords = pathway("replica", {
  name: "resync-records",
  answers: ["documents-missing"],
  tier: "medium",
  changesData: true,
  says: "has the replica store the documents of a sibling, and the versions of them, that it never had, through its own way of writing",
  ways: [{ name: "peer", find: findFullerPeer }],
  preconditions: [],
  steps: [
    step("take what is missing", ({ hand, target, found }) =>
      hand.do("resync-records", { replica: target.replica, source: found ?? "" }),
    ),
  ],
  verifiedBy: ["finds-as-its-sibling", "records-kept", "question-answered", "users-served", "in-rotation"],
  check: async (eyes, remedy) => () => lookAtLacking(eyes, remedy),
  goneBy: "check",
});

/** The sibling that has most of what is missing; null: none has any of it. */
async function findFullerPeer(
  eyes: Eyes,
  target: ReplicaScope,
  replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  // Before a retry only the sibling that was found is given.
  const own = [...replicas, ...((await eyes.rollCall()) ?? [])].find(({ replica }) => replica === target.replica);
  const lacking = own === undefined ? null : await lackingAt(eyes, own, replicas);
  const having = (lacking ?? []).map(({ sibling, documents }) => ({ sibling, count: documents?.behind.length ?? 0 }));
  const [fullest] = having.toSorted((a, b) => b.count - a.count);
  return fullest === undefined || fullest.count === 0 ? null : fullest.sibling;
}

/**
 * No sibling has a document or a version that the replica never had, or another version of one. The one that the
 * documents came from has to be seen, all of them where it is not said: who is not seen has nothing that could be
 * missing.
 */
async function lookAtLacking(eyes: Eyes, { target, found }: Remedy<TargetOf<"replica">>): Promise<Look> {
  const replicas = (await eyes.rollCall()) ?? [];
  const own = replicas.find(({ replica }) => replica === target.replica);
  if (own === undefined || own.pid === null) return bad(`${target.replica} has no process`);
  const lacking = await lackingAt(eyes, own, replicas);
  if (lacking === null) return bad(`what ${target.replica} and its siblings hold was not seen`);
  const unseen = lacking.flatMap(({ sibling, documents }) => (documents === null ? [sibling] : []));
  const isSourceSeen = found === undefined ? unseen.length === 0 : lacking.some((one) => isSeen(one, found));
  if (!isSourceSeen) return bad(`not known: what ${found ?? unseen.join(" and ")} holds was not seen`);
  const isWhole = lacking.every((one) => lackedOf(one) === 0);
  return isWhole ? good(lackingInWords(lacking)) : bad(lackingInWords(lacking));
}

function isSeen({ sibling, documents }: Lacking, source: string): boolean {
  return sibling === source && documents !== null;
}
