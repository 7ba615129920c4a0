// The way by which the gateway reaches a service is lost or slow, and another leads there: it goes by that one. The
// supervisor goes back to the primary, once that was whole for a hold that grows with each loss.
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, TargetOf } from "../nouns.ts";
import { pathInUse, reachedPairs } from "../detection/path-detector.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Check } from "./pathway.ts";
import { longWaits } from "./scale-inference.ts";

type ServiceTarget = TargetOf<"service">;

export const reroutePath = pathway("service", {
  name: "reroute-path",
  answers: ["path-failing"],
  tier: "low",
  says: "has the gateway reach the service by its other way",
  ways: [{ name: "other way", find: findOther }],
  preconditions: [],
  steps: [
    step("reroute", ({ hand, target, found }) =>
      hand.do("route-path", { service: target.service, path: ends(found).to }),
    ),
  ],
  compensate: ({ hand, target, found }) => hand.do("route-path", { service: target.service, path: ends(found).from }),
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openWayCheck,
  // Its check asks for the other way in use, which nothing but the reroute itself brings about.
  goneBy: "signal",
});

/** The way that leads to the replicas now, and the one in use; null: there is none that does. */
async function findOther(
  eyes: Eyes,
  { service }: ReplicaScope,
  _replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  const [pair] = reachedPairs((await eyes.traffic()) ?? [], service);
  return pair === undefined ? null : `from ${pair.used.path} to ${pair.other.path}`;
}

/** Of the alternative, where what was found says nothing. */
function ends(found = ""): { readonly from: string; readonly to: string } {
  const [, from = "primary", to = "alternative"] = /^from (\S+) to (\S+)$/.exec(found) ?? [];
  return { from, to };
}

/** Every replica is reached by the other way, no try there was missed, and nobody waits for long. */
async function openWayCheck(eyes: Eyes, { target, found }: Remedy<ServiceTarget>): Promise<Check> {
  const { to } = ends(found);
  return async () => {
    const views = (await eyes.traffic())?.filter(({ service }) => service === target.service) ?? [];
    if (views.length === 0) return bad("the gateway's view of its traffic was not seen");
    const elsewhere = views.filter((view) => pathInUse(view) !== to).map(({ replica }) => replica);
    if (elsewhere.length > 0) return bad(`${elsewhere.join(", ")} is not reached by the ${to} way`);
    const used = views.flatMap(({ paths = [] }) => paths.filter(({ inUse }) => inUse));
    const missed = used.filter(({ misses }) => misses > 0).length;
    const waits = longWaits(views, target.service);
    const says =
      `${views.length} replicas are reached by the ${to} way, ${missed} of them missed the last try; ` +
      `${waits} requests have waited for long`;
    return missed === 0 && waits === 0 ? good(says) : bad(says);
  };
}
