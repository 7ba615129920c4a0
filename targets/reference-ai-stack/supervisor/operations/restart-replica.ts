// Ends what is left of a replica, starts it again, and waits until it is healthy.
import { answered, operation, parseTexts } from "./operation.ts";

export const restartReplica = operation({
  name: "restart-replica",
  scope: "replica",
  alsoAt: "/replicas/:replica/restart",
  parse: parseTexts(["replica"]),
  run: async ({ replica }, { fleet }) => answered({ pid: await fleet.restart(replica) }),
});
