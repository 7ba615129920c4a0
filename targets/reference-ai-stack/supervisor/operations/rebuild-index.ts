// Makes a vector replica's index anew from its record store, while it answers from the old one.
import { rebuildIndex as rebuild } from "../restore-index.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

export const rebuildIndex = operation({
  name: "rebuild-index",
  scope: "replica",
  parse: parseTexts(["replica"]),
  async run({ replica }, parts) {
    const { fleet } = parts;
    const child = fleet.child(replica);
    if (child?.spec.service !== "vector") return refused(404, "only vector replicas have an index");
    const answer = await fleet.inTurn(replica, () => rebuild(child, parts));
    if (!answer.ok) return refused(answer.status, answer.reason);
    const { hash, rows, reloaded } = answer;
    return answered({ hash, rows, reloaded });
  },
});
