// Records of a source have a field under another name: they are read with the field renamed, once a person agrees.
import type { Eyes, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import { openQueueCheck, ingestionOf, withTags } from "../verification/queue-check.ts";
import { pathway, step } from "./pathway.ts";

export const repairSchema = pathway("replica", {
  name: "repair-schema",
  answers: ["schema-drifted"],
  tier: "high",
  changesData: true,
  says: "reads the records of the source with fields renamed as they must be to fit",
  ways: [{ name: "rename", find }],
  tagsIn: (found) => found?.split(" ").slice(2) ?? [],
  preconditions: [],
  steps: [
    step("rename", ({ hand, target, found = "" }) => {
      const [source = "", renaming = source] = found.split(" ");
      return hand.do("repair-schema", { replica: target.replica, source, renaming });
    }),
  ],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openQueueCheck,
  goneBy: "check",
});

/** `source from=to,… tag tag…`: the one renaming after which the records would fit; null: there is none. */
async function find(eyes: Eyes, target: ReplicaScope, replicas: readonly ReplicaEntry[]): Promise<string | null> {
  const view = await ingestionOf(eyes, target, replicas);
  const head = view?.head ?? null;
  if (view === null || head === null || head.kind !== "schema" || head.mapping === null) return null;
  const pairs = Object.entries(head.mapping);
  // A name with a space, a comma or a sign of its own is for a person.
  if (pairs.some((pair) => pair.some((name) => /[\s,=]/.test(name)))) return null;
  return withTags(view, head.source, head.source, pairs.map((pair) => pair.join("=")).join(","));
}
