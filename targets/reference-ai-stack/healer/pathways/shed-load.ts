// More is asked of inference than it can do, and no more replicas may join: what is of low priority is refused; where
// nothing is, or that is not enough, everybody gets less, so that all are answered. The supervisor goes deeper while
// the queue does not drain, and back when the load falls.
import type { Eyes, Remedy, TargetOf } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Check, Situation } from "./pathway.ts";
import { longWaits, membersOf, mostOf } from "./scale-inference.ts";

type ServiceTarget = TargetOf<"service">;

export const shedLoad = pathway("service", {
  name: "shed-load",
  answers: ["capacity-short"],
  tier: "medium",
  touches: 0,
  says: "refuses what is of low priority, then gives users shorter answers, ones given before and polite refusals, until the load falls",
  ways: [{ name: "reduce" }],
  preconditions: [refuseWithRoom, refuseTwice],
  steps: [step("reduce", ({ hand, target }) => hand.do("reduce-service", { service: target.service, level: 1 }))],
  compensate: ({ hand, target }) => hand.do("reduce-service", { service: target.service, level: 0 }),
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openWaitCheck,
  goneBy: "signal",
});

/** More replicas take nothing from anybody: as long as they may join, nobody gets less. */
function refuseWithRoom({ service }: ServiceTarget, { replicas }: Situation): string | null {
  const [count, most] = [membersOf(replicas, service).length, mostOf(replicas, service)];
  return count >= most ? null : `${service} has ${count} replicas, and may have ${most}: those come first`;
}

/** The supervisor takes the next step by itself. */
function refuseTwice({ service }: ServiceTarget, { replicas }: Situation): string | null {
  const reduced = replicas.find((one) => one.service === service)?.reduced ?? 0;
  return reduced === 0 ? null : `${service} is reduced already, by step ${reduced} of 3`;
}

/** Its service is reduced, and nobody waits for long. */
async function openWaitCheck(eyes: Eyes, { target }: Remedy<ServiceTarget>): Promise<Check> {
  return async () => {
    const [replicas, views] = await Promise.all([eyes.rollCall(), eyes.traffic()]);
    if (replicas === null || views === null) return bad("inventory or traffic was not seen");
    const reduced = replicas.find((one) => one.service === target.service)?.reduced ?? 0;
    if (reduced === 0) return bad(`${target.service} gives full service`);
    const waits = longWaits(views, target.service);
    const says = `${target.service} is reduced by step ${reduced}; ${waits} requests have waited for ${NUMBERS.scaling.waitedMs} ms`;
    return waits === 0 ? good(says) : bad(says);
  };
}
