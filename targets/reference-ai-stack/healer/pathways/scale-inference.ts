// More is asked of inference than its replicas can do: others join them, as many as the demand of now needs.
import type { Eyes, Outcome, Remedy, ReplicaEntry, ReplicaScope, TargetOf, UpstreamView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Check, Situation, StepContext } from "./pathway.ts";

type ServiceTarget = TargetOf<"service">;

const RULE = NUMBERS.scaling;

export const scaleInference = pathway("service", {
  name: "scale-inference",
  answers: ["capacity-short"],
  tier: "low",
  touches: 0,
  says: "starts more replicas, which join the balancing once they are well",
  ways: [{ name: "add", find: findNeed }],
  preconditions: [refuseBeyondMost],
  amount: ({ service }, { replicas }) => membersOf(replicas, service).length + 1,
  steps: [step("add", addAll)],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openQueueCheck,
  goneBy: "check",
});

/**
 * How many replicas the demand needs, and how many there are: the requests that were begun lately over those that were
 * answered, for each replica, at the share of slots that should be taken.
 */
async function findNeed(
  eyes: Eyes,
  { service }: ReplicaScope,
  replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  const views = (await eyes.traffic())?.filter((view) => view.service === service) ?? [];
  const members = membersOf(replicas, service).length;
  if (views.length === 0 || members === 0) return null;
  const answered = views.reduce((sum, { recent }) => sum + recent.length, 0);
  // Where nothing at all is answered more of the same answers nothing either.
  if (answered === 0) return null;
  const waiting = views.reduce((sum, view) => sum + view.waiting.length, 0);
  const needed = Math.ceil((members * (answered + waiting)) / answered / RULE.aim);
  const room = members + mostOf(replicas, service) - processesOf(replicas, service);
  const to = Math.min(room, members + RULE.mostAtOnce, Math.max(members + 1, needed));
  return `from ${members} to ${to}`;
}

/** One after the other. Whoever could not be started is not waited for where another one could. */
async function addAll({ hand, target, found }: StepContext<ServiceTarget>): Promise<Outcome> {
  const [from = 0, to = 1] = (found?.match(/\d+/g) ?? []).map(Number);
  const outcomes: Outcome[] = [];
  for (let count = from; count < Math.max(to, from + 1); count += 1) {
    outcomes.push(await hand.do("add-replica", { service: target.service }));
    if (outcomes.at(-1)?.outcome === "failed") break;
  }
  const says = outcomes.map((one) => one.says).join("; ");
  return { outcome: outcomes.some(({ outcome }) => outcome === "done") ? "done" : "failed", says };
}

/** Without a bound a demand that no replica can meet (or a queue that has another cause) would fill the machine. */
function refuseBeyondMost({ service }: ServiceTarget, { replicas }: Situation): string | null {
  const count = processesOf(replicas, service);
  const most = mostOf(replicas, service);
  if (count < most) return null;
  return `${service} has ${count} replicas, and at most ${most} are allowed`;
}

/** By the inventory, and never more than is chosen here. */
export function mostOf(replicas: readonly ReplicaEntry[], service: string): number {
  const said = replicas.find((one) => one.service === service && one.most !== undefined)?.most ?? Infinity;
  return Math.min(said, RULE.mostReplicas);
}

/** There are more replicas than before, all of them run, and nobody waits for long. */
async function openQueueCheck(eyes: Eyes, { target, found }: Remedy<ServiceTarget>): Promise<Check> {
  const [from = 0] = (found?.match(/\d+/g) ?? []).map(Number);
  return async () => {
    const [replicas, views] = await Promise.all([eyes.rollCall(), eyes.traffic()]);
    if (replicas === null || views === null) return bad("inventory or traffic was not seen");
    const members = membersOf(replicas, target.service);
    if (members.length <= from) return bad(`${target.service} still has ${members.length} replicas`);
    const waits = longWaits(views, target.service);
    const says = `${members.length} replicas of ${target.service}, before ${from}; ${waits} requests have waited for ${RULE.waitedMs} ms`;
    return waits === 0 ? good(says) : bad(says);
  };
}

/** Requests that have waited long for their first token, at all replicas of a service. */
export function longWaits(views: readonly UpstreamView[], service: string): number {
  const own = views.filter((view) => view.service === service);
  return own.reduce((sum, { waiting }) => sum + waiting.filter((ms) => ms > RULE.waitedMs).length, 0);
}

/** All replicas of a service: one that is drained or down has its place and its port, too, and comes back. */
function processesOf(replicas: readonly ReplicaEntry[], service: string): number {
  return replicas.filter((one) => one.service === service).length;
}

/** The replicas of a service that run and take traffic. */
export function membersOf(replicas: readonly ReplicaEntry[], service: string): readonly ReplicaEntry[] {
  return replicas.filter((one) => one.service === service && one.pid !== null && (one.weight ?? 1) > 0);
}
