// A restart that people have planned: the inventory says so from its beginning to its end, so that nobody takes it for
// a failure, and it is done as recycle-replica does it, without a failed request.
import { leavingOf, operation, parseTexts } from "./operation.ts";
import { recycle } from "./recycle-replica.ts";

/** What the inventory says of the replica meanwhile. */
const PLANNED = "a planned restart";

export const maintainReplica = operation({
  name: "maintain-replica",
  scope: "replica",
  alsoAt: "/replicas/:replica/maintain",
  parse: parseTexts(["replica"]),
  run: ({ replica }, parts) =>
    parts.fleet.inTurn(leavingOf(replica), async () => {
      const { maintained } = parts;
      maintained.set(replica, PLANNED);
      try {
        return await recycle(replica, parts);
      } finally {
        // Also when it did not become well: from then on it is down, and no longer being worked on.
        maintained.delete(replica);
      }
    }),
});
