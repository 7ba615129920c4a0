// Gives a vector replica the documents of a sibling that it never had.
import { resyncRecords as resync } from "../resync-records.ts";
import { answered, operation, parseTexts, refused, vectorSiblings } from "./operation.ts";

export const resyncRecords = operation({
  name: "resync-records",
  scope: "replica",
  parse: parseTexts(["replica", "source"]),
  async run({ replica, source }, parts) {
    const { fleet, resyncs } = parts;
    const child = fleet.child(replica);
    if (child?.spec.service !== "vector") return refused(404, "only vector replicas have records");
    const peers = vectorSiblings(replica, fleet);
    const answer = await fleet.inTurn(replica, () => resync({ child, source, peers }, parts));
    if (!answer.ok) return refused(answer.status, answer.reason);
    const { missing, taken } = answer;
    if (taken > 0) resyncs.set(replica, (resyncs.get(replica) ?? 0) + 1);
    return answered({ replica, missing, taken });
  },
});
