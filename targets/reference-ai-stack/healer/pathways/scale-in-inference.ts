// Replicas that joined for a surge leave again, one at a time, once they have not been needed for long: first no more
// traffic, then the answers that are still owed (those that take longer than 10 s are cut), then the process.
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, TargetOf } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Check, Situation } from "./pathway.ts";
import { longWaits, membersOf } from "./scale-inference.ts";

type ServiceTarget = TargetOf<"service">;

export const scaleInInference = pathway("service", {
  name: "scale-in-inference",
  answers: ["capacity-spare"],
  tier: "low",
  touches: 1,
  says: "drains the replica with the highest number and ends it",
  ways: [{ name: "remove", find: findLast }],
  preconditions: [refuseBelowLeast],
  steps: [step("remove", ({ hand, found }) => hand.do("remove-replica", { replica: found ?? "" }))],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openLeftCheck,
  showsItself: "the replica has left the inventory, and nobody waits for long",
  goneBy: "check",
});

/** Those of the stack's start have the lowest numbers, and stay. One that joined later may have filled a gap. */
async function findLast(
  _eyes: Eyes,
  { service }: ReplicaScope,
  replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  const numberOf = ({ replica }: ReplicaEntry): number => Number(/\d+$/.exec(replica)?.[0] ?? 0);
  const members = membersOf(replicas, service).toSorted((a, b) => numberOf(a) - numberOf(b));
  return members.at(-1)?.replica ?? null;
}

function refuseBelowLeast({ service }: ServiceTarget, { replicas }: Situation): string | null {
  const count = membersOf(replicas, service).length;
  if (count > NUMBERS.scaling.leastReplicas) return null;
  return `${service} has ${count} replicas, and at least ${NUMBERS.scaling.leastReplicas} must stay`;
}

async function openLeftCheck(eyes: Eyes, { target, found }: Remedy<ServiceTarget>): Promise<Check> {
  return async () => {
    const [replicas, views] = await Promise.all([eyes.rollCall(), eyes.traffic()]);
    if (replicas === null || views === null) return bad("inventory or traffic was not seen");
    if (replicas.some(({ replica }) => replica === found)) return bad(`${found} is still there`);
    const waits = longWaits(views, target.service);
    const left = `${found} has left, ${membersOf(replicas, target.service).length} replicas are there`;
    return waits === 0
      ? good(left)
      : { ...bad(`${left}, and requests wait`), worse: `${waits} requests wait for long` };
  };
}
