// Starts a replica anew without a failed request: no more traffic, the answers that it still owes, then another
// process, then its share again. An answer that takes longer than the gateway's 10 s for what is owed is cut.
import { STATELESS } from "./add-replica.ts";
import {
  answered,
  leavingOf,
  operation,
  parseTexts,
  refused,
  type OperationAnswer,
  type OperationParts,
} from "./operation.ts";
import type { TrafficChange } from "../traffic.ts";

export const recycleReplica = operation({
  name: "recycle-replica",
  scope: "replica",
  parse: parseTexts(["replica"]),
  run: ({ replica }, parts) => parts.fleet.inTurn(leavingOf(replica), () => recycle(replica, parts)),
});

/** To be called in the turn of whoever takes that replica out of the traffic. */
export async function recycle(replica: string, parts: OperationParts): Promise<OperationAnswer> {
  const { fleet, traffic } = parts;
  if (fleet.child(replica) === undefined) return refused(404, `${replica} was removed meanwhile`);
  const before = traffic.members().find((one) => one.replica === replica);
  if (before === undefined) return answered({ pid: await fleet.restart(replica), drained: false });
  const left = await takeOut(replica, parts);
  if (!left.ok) return refused(left.status, left.reason);
  const restarted = await fleet.restart(replica).then(
    (pid) => ({ pid }),
    (error: unknown) => ({ error }),
  );
  // Also when it did not become well: then it is as after any restart that failed, and not forgotten besides.
  const back = await fleet.inTurn("gateway", () => traffic.join(before));
  if ("error" in restarted) throw restarted.error;
  return back.ok ? answered({ ...restarted, drained: true }) : refused(back.status, back.reason);
}

/**
 * One that holds state stays a member, so that it gets what is written: it loses its share alone, and what it was asked
 * at that moment is asked of a sibling by the gateway.
 */
function takeOut(replica: string, { fleet, traffic }: OperationParts): Promise<TrafficChange> {
  const isStateless = STATELESS.has(fleet.child(replica)?.spec.service ?? "");
  return fleet.begin("gateway", () => (isStateless ? traffic.leave(replica) : traffic.setWeights({ [replica]: 0 })));
}
