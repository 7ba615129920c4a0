// A replica that is gone, hangs, or may write no more: end what is left of it and start it again.
import type { Eyes, Remedy, ReplicaEntry, Signal, TargetOf } from "../nouns.ts";
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
  check: async (eyes, remedy, signals) => () => lookAtProcess(eyes, remedy, signals),
  goneBy: "check",
});

/**
 * A process, a good answer on its own port (of a model a token too), reachable the way that users' requests go, and
 * where writes were refused one that was stored.
 */
async function lookAtProcess(
  eyes: Eyes,
  { target }: Remedy<TargetOf<"replica">>,
  signals: readonly Signal[] = [],
): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined) return bad(`${target.replica} was not seen in the inventory`);
  if (entry.pid === null) return bad(`${target.replica} has no process`);
  const pulse = await eyes.pulse(entry.port);
  if (pulse.state !== "good") return bad(`${target.replica}: ${pulse.says}`);
  if (target.service === "gateway" || target.service === "ingestion")
    return good(`process ${entry.pid}, ${pulse.says}`);
  const isRefusing = signals.some(({ name }) => name === "writes-refused");
  const unwritten = target.service === "vector" ? await whyUnwritten(eyes, entry, isRefusing) : null;
  if (unwritten !== null) return bad(unwritten);
  const made = target.service === "inference" ? await eyes.completion(entry.port) : null;
  if (made !== null && made.state !== "good") return bad(`${target.replica} completes no token: ${made.says}`);
  const ms = await eyes.check(target.replica);
  if (ms === null) return bad(`the gateway cannot reach ${target.replica}`);
  return good(`process ${entry.pid}, ${pulse.says}, the gateway reaches it in ${ms.toFixed(0)} ms`);
}

/** A new process has been refused nothing yet, which shows nothing: only what it has stored shows that it can. */
async function whyUnwritten(
  eyes: Eyes,
  { replica, port }: Pick<ReplicaEntry, "replica" | "port">,
  isRefusing: boolean,
): Promise<string | null> {
  const manifest = await eyes.manifest(port);
  if (manifest?.writeRefused !== undefined) return `the disk of ${replica} refused a write: ${manifest.writeRefused}`;
  const { wrote = 0 } = manifest ?? {};
  return isRefusing && wrote === 0 ? `${replica} has stored nothing since it was started` : null;
}
