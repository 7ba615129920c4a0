// One replica fails or cuts answers while its siblings answer well: it is taken out of the traffic until it has
// answered real questions again. The supervisor asks them, and puts it back.
import type { Eyes, Remedy, TargetOf, UpstreamView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { newOnes } from "../detection/new-samples.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Check } from "./pathway.ts";
import { findShare, refuseDrain, shareIn } from "./redistribute-traffic.ts";

type ReplicaTarget = TargetOf<"replica">;

export const ejectBackend = pathway("replica", {
  name: "eject-backend",
  answers: ["backend-failing"],
  tier: "low",
  takesTraffic: true,
  says: "takes the failing replica out of the traffic until it has answered real questions again",
  ways: [{ name: "eject", find: findShare }],
  preconditions: [refuseDrain],
  steps: [step("eject", ({ hand, target }) => hand.do("eject-backend", { replica: target.replica }))],
  compensate: ({ hand, target, found }) => hand.do("set-weights", { weights: { [target.replica]: shareIn(found) } }),
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openEjectCheck,
  showsItself: "no user is sent to it any more (weight 0, no answer comes from it)",
  // Its check asks for weight 0, which nothing but the ejection itself brings about.
  goneBy: "signal",
});

/** It gets no more requests, and those who took them over answer whole. */
async function openEjectCheck(eyes: Eyes, { target }: Remedy<ReplicaTarget>): Promise<Check> {
  let last = endSeqs((await eyes.traffic()) ?? []);
  return async () => {
    const now = await eyes.traffic();
    const own = now?.find((view) => view.replica === target.replica);
    if (now === null || own === undefined) return bad("the gateway's view of its traffic was not seen");
    const before = last;
    last = endSeqs(now);
    if (own.weight > 0) return bad(`${target.replica} still has weight ${own.weight}`);
    const siblings = now.filter((view) => view.service === target.service && view.weight > 0);
    const fresh = siblings.flatMap((view) => newOnes(view.endings ?? [], before.get(view.replica) ?? -1).fresh);
    const failed = fresh.filter(({ how }) => how === "failed" || how === "broken").length;
    const says = `${target.replica} has weight 0; ${failed} of ${fresh.length} answers of its siblings failed`;
    // One failure among few answers is no rate.
    return failed >= 2 && failed > (1 - NUMBERS.errors.objective) * fresh.length ? bad(says) : good(says);
  };
}

function endSeqs(views: readonly UpstreamView[]): ReadonlyMap<string, number> {
  return new Map(views.map((view) => [view.replica, newOnes(view.endings ?? [], -1).lastSeq]));
}
