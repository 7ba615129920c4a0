// Takes a replica out: no more traffic, then the answers that it still owes, then its process. An answer that takes
// longer than the gateway's 10 s for what is owed is cut.
import { STATELESS } from "./add-replica.ts";
import { answered, leavingOf, operation, parseTexts, refused } from "./operation.ts";

export const removeReplica = operation({
  name: "remove-replica",
  scope: "replica",
  parse: parseTexts(["replica"]),
  run: ({ replica }, { fleet, traffic }) =>
    fleet.inTurn(leavingOf(replica), async () => {
      const child = fleet.child(replica);
      if (child === undefined) return refused(404, `${replica} was removed meanwhile`);
      if (!STATELESS.has(child.spec.service)) {
        return refused(409, `only replicas of ${[...STATELESS].join(", ")} can be removed: the others hold state`);
      }
      const change = await fleet.begin("gateway", () => traffic.leave(replica));
      if (!change.ok) return refused(change.status, change.reason);
      await fleet.remove(replica);
      return answered({ replica });
    }),
});
