// Documents came in while the embedder had a wrong model, and kept the vectors that it gave them: their texts are
// embedded anew by the model of now, once a person agrees. There is nothing to take back: what is replaced is known to
// be wrong.
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, TargetOf } from "../nouns.ts";
import { storedTextsInWords } from "../detection/stored-texts-detector.ts";
import { lookAtTexts } from "../verification/texts-check.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Look } from "./pathway.ts";

export const reembedCorpus = pathway("service", {
  name: "reembed-corpus",
  answers: ["corpus-misembedded"],
  tier: "high",
  changesData: true,
  says: "embeds stored passages anew by the model of now, and has records and indexes hold these vectors",
  ways: [{ name: "model", find: findGoodModel }],
  preconditions: [],
  steps: [step("embed anew", ({ hand, target }) => hand.do("reembed-corpus", { service: target.service }))],
  verifiedBy: ["question-answered", "users-served", "in-rotation"],
  check: async (eyes, remedy) => () => lookAgain(eyes, remedy),
  goneBy: "check",
});

/** An embedder that embeds as it always did, both ways: by another one nothing is made right. */
async function findGoodModel(
  eyes: Eyes,
  _target: ReplicaScope,
  replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  const embedder = embedderOf(replicas);
  if (embedder === undefined) return null;
  const looks = await Promise.all([true, false].map((fresh) => lookAtTexts(eyes, embedder.port, fresh)));
  return looks.every((look) => look.good) ? embedder.replica : null;
}

/** At each replica, all passages that are looked at have the vectors that their texts have now. */
async function lookAgain(eyes: Eyes, { target }: Remedy<TargetOf<"service">>): Promise<Look> {
  const replicas = (await eyes.rollCall()) ?? [];
  const [own, embedder] = [replicas.filter(({ service }) => service === target.service), embedderOf(replicas)];
  if (own.length === 0 || embedder === undefined) return bad(`${target.service} or the embedder is not there`);
  const looks = await Promise.all(own.map(async ({ port }) => eyes.storedTexts(port, embedder.port, false)));
  const says = looks
    .map((view, n) => `${own[n]?.replica}: ${view === null ? "not seen" : storedTextsInWords(view)}`)
    .join("; ");
  return looks.every((view) => view !== null && view.differing === 0) ? good(says) : bad(says);
}

function embedderOf(replicas: readonly ReplicaEntry[]): ReplicaEntry | undefined {
  return replicas.find(({ service, pid }) => service === "embedder" && pid !== null);
}
