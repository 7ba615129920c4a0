// Takes a replica out: no more traffic, then the answers that it still owes, then its process.
import { STATELESS } from "./add-replica.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

export const removeReplica = operation({
  name: "remove-replica",
  scope: "replica",
  parse: parseTexts(["replica"]),
  async run({ replica }, { fleet, traffic }) {
    if (!STATELESS.has(fleet.child(replica)?.spec.service ?? "")) {
      return refused(409, `only replicas of ${[...STATELESS].join(", ")} can be removed: the others hold state`);
    }
    const change = await fleet.begin("gateway", () => traffic.leave(replica));
    if (!change.ok) return refused(change.status, change.reason);
    await fleet.remove(replica);
    return answered({ replica });
  },
});
