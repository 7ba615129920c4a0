// The embedder's model is no longer the one that was released: its files are put back from a verified copy and loaded,
// while the embedder answers. There is nothing to take back: what is replaced is known to be wrong.
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, TargetOf } from "../nouns.ts";
import { lookAtTexts } from "../verification/texts-check.ts";
import { bad, pathway, step } from "./pathway.ts";
import type { Look } from "./pathway.ts";

export const restoreModel = pathway("replica", {
  name: "restore-model",
  answers: ["embedding-drifted"],
  tier: "medium",
  says: "puts the files of the embedder's model back as they were released, and has them loaded",
  ways: [{ name: "release", find }],
  preconditions: [],
  steps: [step("put it back", ({ hand, target }) => hand.do("restore-model", { replica: target.replica }))],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: async (eyes, remedy) => () => lookAgain(eyes, remedy),
  goneBy: "check",
});

/** Null where the model's files are not the stack's own: then nothing can be put back, and a person decides. */
async function find(_eyes: Eyes, target: ReplicaScope, replicas: readonly ReplicaEntry[]): Promise<string | null> {
  return replicas.find(({ replica }) => replica === target.replica)?.ownModel === true ? "the release" : null;
}

/** All frozen texts have the vectors that they always had, by the model; a vector out of a cache proves nothing. */
async function lookAgain(eyes: Eyes, { target }: Remedy<TargetOf<"replica">>): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined || entry.pid === null) return bad(`${target.replica} has no process`);
  return lookAtTexts(eyes, entry.port, true);
}
