// Makes a vector replica's index anew from the rows of its record store that are left, while it answers from the old
// one: what is dead in the old one is in the new one no more. It is the same work as a rebuild, for another reason.
import { compactIndex as compact } from "../restore-index.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

export const compactIndex = operation({
  name: "compact-index",
  scope: "replica",
  parse: parseTexts(["replica"]),
  async run({ replica }, parts) {
    const { fleet } = parts;
    const child = fleet.child(replica);
    if (child?.spec.service !== "vector") return refused(404, "only vector replicas have an index");
    const answer = await fleet.begin(replica, () => compact(child, parts));
    if (!answer.ok) return refused(answer.status, answer.reason);
    const { hash, rows, reloaded } = answer;
    return answered({ hash, rows, reloaded });
  },
});
