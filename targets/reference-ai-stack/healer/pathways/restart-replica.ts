// A replica that is gone, hangs, or may write no more: end what is left of it and start it again.
import type { Eyes, Remedy, TargetOf } from "../nouns.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Look } from "./pathway.ts";

export const restartReplica = pathway("replica", {
  name: "restart-replica",
  answers: ["replica-down", "replica-hung", "writes-refused"],
  tier: "low",
  says: "ends what is left of the replica and starts it again",
  ways: [{ name: "restart" }],
  preconditions: [],
  steps: [step("restart", ({ hand, target }) => hand.do("restart-replica", { replica: target.replica }))],
  verifiedBy: ["users-served", "question-answered", "in-rotation", "finds-as-its-sibling", "records-kept"],
  check: async (eyes, remedy) => () => lookAtProcess(eyes, remedy),
  goneBy: "check",
});

/** A process, a good answer on its own port (of a model a token too), and reachable the way that users' requests go. */
async function lookAtProcess(eyes: Eyes, { target }: Remedy<TargetOf<"replica">>): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined) return bad(`${target.replica} was not seen in the inventory`);
  if (entry.pid === null) return bad(`${target.replica} has no process`);
  const pulse = await eyes.pulse(entry.port);
  if (pulse.state !== "good") return bad(`${target.replica}: ${pulse.says}`);
  if (target.service === "gateway" || target.service === "ingestion")
    return good(`process ${entry.pid}, ${pulse.says}`);
  const refused = target.service === "vector" ? (await eyes.manifest(entry.port))?.writeRefused : undefined;
  if (refused !== undefined) return bad(`the disk of ${target.replica} refused the newest write: ${refused}`);
  const made = target.service === "inference" ? await eyes.completion(entry.port) : null;
  if (made !== null && made.state !== "good") return bad(`${target.replica} completes no token: ${made.says}`);
  const ms = await eyes.check(target.replica);
  if (ms === null) return bad(`the gateway cannot reach ${target.replica}`);
  return good(`process ${entry.pid}, ${pulse.says}, the gateway reaches it in ${ms.toFixed(0)} ms`);
}
