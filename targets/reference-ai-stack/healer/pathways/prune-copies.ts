// The ingestion's folder is full: it lets go of its copies of what is published, which nothing needs, and takes in what
// lies with the producers. Ways back stay, and so does what waits. Medium, since the bytes as they came are gone then,
// and high where they are health or card data.
import { UNCLASSIFIED } from "../../common/data-tags.ts";
import type { Eyes, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import { ingestionOf, openQueueCheck } from "../verification/queue-check.ts";
import { pathway, step } from "./pathway.ts";

export const pruneCopies = pathway("replica", {
  name: "prune-copies",
  answers: ["intake-full"],
  tier: "medium",
  says: "lets go of copies of published batches, so that there is room again",
  changesData: true,
  ways: [{ name: "prune", find }],
  tagsIn: (found) => found?.split(" ").slice(1) ?? [],
  preconditions: [],
  steps: [step("prune", ({ hand, target }) => hand.do("prune-ingestion", { replica: target.replica }))],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openQueueCheck,
  goneBy: "check",
});

/**
 * `count tag tag…`: how many copies there are to let go of, and what data is in them; null: there are none. What has no
 * tag, as a user's own words, asks nobody: its text stays in the record store, and only the bytes as they came go.
 */
async function find(eyes: Eyes, target: ReplicaScope, replicas: readonly ReplicaEntry[]): Promise<string | null> {
  const view = await ingestionOf(eyes, target, replicas);
  const spare = view?.spareCopies ?? 0;
  return view === null || spare === 0
    ? null
    : [spare, ...view.spareTags.filter((tag) => tag !== UNCLASSIFIED)].join(" ");
}
