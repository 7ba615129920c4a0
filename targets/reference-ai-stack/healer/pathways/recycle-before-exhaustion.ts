// A replica that leaks is started anew while its siblings carry the traffic, before it runs out and takes its requests
// along. What takes it longer than 10 s to answer is cut all the same.
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, ResourceView, TargetOf } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Check } from "./pathway.ts";
import { refuseDrain } from "./redistribute-traffic.ts";

export const recycleBeforeExhaustion = pathway("replica", {
  name: "recycle-before-exhaustion",
  answers: ["resource-exhausting"],
  tier: "low",
  says: "takes the replica out of the traffic, and starts it anew before it runs out",
  ways: [{ name: "recycle", find: findProcess }],
  // The only replica of a service would be missed at once, and not only when it has run out: a person chooses the time.
  preconditions: [refuseDrain],
  steps: [step("recycle", ({ hand, target }) => hand.do("recycle-replica", { replica: target.replica }))],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openResourceCheck,
  showsItself: "the process that was running out has ended, and the new one holds clearly less",
  goneBy: "check",
});

/**
 * The process that leaks and the share of its limit that it holds: what the check compares with. Found with the
 * decision, and so remembered: a healer that was killed after the action would find the new process.
 */
async function findProcess(eyes: Eyes, { replica }: ReplicaScope, replicas: readonly ReplicaEntry[]): Promise<string> {
  const entry = replicas.find((one) => one.replica === replica);
  const view = entry === undefined ? null : await eyes.resources(entry.port, entry.replica);
  return `${entry?.pid ?? 0} ${view === null ? 1 : usedShare(view).toFixed(4)}`;
}

/** Another process, that answers on the way of users' requests and holds clearly less than the one before. */
async function openResourceCheck(eyes: Eyes, { target, found = "0 1" }: Remedy<TargetOf<"replica">>): Promise<Check> {
  const [before = 0, then = 1] = found.split(" ").map(Number);
  return async () => {
    const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
    if (entry === undefined || entry.pid === null) return bad(`${target.replica} has no process`);
    if (entry.pid === before) return bad(`${target.replica} is still the process that leaks`);
    const pulse = await eyes.pulse(entry.port);
    if (pulse.state !== "good") return bad(`${target.replica}: ${pulse.says}`);
    if ((await eyes.check(target.replica)) === null) return bad(`the gateway cannot reach ${target.replica}`);
    const view = await eyes.resources(entry.port, entry.replica);
    if (view === null) return bad(`what ${target.replica} holds was not seen`);
    const now = usedShare(view);
    const says = `process ${entry.pid} holds ${percent(now)} of what it may, the one before held ${percent(then)}`;
    return now <= NUMBERS.exhaustion.recycledTo * then ? good(says) : bad(says);
  };
}

/** The share of its limit that the scarcest resource has reached. */
function usedShare({ memory, handles }: ResourceView): number {
  return Math.max(memory.used / memory.limit, handles === null ? 0 : handles.used / handles.limit);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
