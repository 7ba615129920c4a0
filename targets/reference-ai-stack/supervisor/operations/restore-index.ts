// Replaces a vector replica's index by the snapshot's or a peer's, keeping newer records.
import { restoreIndex as restore } from "../restore-index.ts";
import { answered, operation, parseTexts, refused, vectorSiblings } from "./operation.ts";

export const restoreIndex = operation({
  name: "restore-index",
  scope: "replica",
  alsoAt: "/replicas/:replica/index",
  parse: parseTexts(["replica", "source"]),
  async run({ replica, source }, parts) {
    const { fleet } = parts;
    const child = fleet.child(replica);
    if (child?.spec.service !== "vector") return refused(404, "only vector replicas have an index");
    const peers = vectorSiblings(replica, fleet);
    const answer = await fleet.inTurn(replica, () => restore({ child, source, peers }, parts));
    if (!answer.ok) return refused(answer.status, answer.reason);
    const { hash, rows, readded, reloaded } = answer;
    return answered({ hash, rows, readded, reloaded });
  },
});
