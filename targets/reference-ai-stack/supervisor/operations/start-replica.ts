// Starts a replica unless it runs.
import { answered, operation, parseTexts } from "./operation.ts";

export const startReplica = operation({
  name: "start-replica",
  scope: "replica",
  alsoAt: "/replicas/:replica/start",
  parse: parseTexts(["replica"]),
  run: async ({ replica }, { fleet }) =>
    answered((await fleet.begin(replica, async () => fleet.child(replica)?.start())) ?? {}),
});
