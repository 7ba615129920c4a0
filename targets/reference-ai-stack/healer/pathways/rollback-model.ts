// A version of the model answers worse than the one before: that one answers again. By itself while it is being tried
// out; with a person's leave once everybody is answered by it.
import type { Eyes, Remedy, ReplicaEntry, TargetOf } from "../nouns.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Check, Look } from "./pathway.ts";
import { isCanaryWindow, removable } from "../detection/served-versions.ts";

type ServiceTarget = TargetOf<"service">;

export const rollbackModel = pathway("service", {
  name: "rollback-model",
  answers: ["model-regressed"],
  tier: "medium",
  tierIn: (_target, { replicas }) => (isCanaryWindow(replicas) ? "medium" : "high"),
  // A canary that is withdrawn leaves what was good where it is.
  rollsBack: (found) => shareIn(found) === null,
  says: "has the version before answer again",
  ways: [{ name: "one version back", find: findVersion }],
  preconditions: [],
  // As it was seen: what has been promoted since is not rolled back without a person's leave.
  steps: [
    step("roll back", ({ hand, found }) =>
      hand.do("roll-back-model", { version: versionIn(found), seenAt: shareIn(found) }),
    ),
  ],
  async compensate({ hand, found }) {
    const share = shareIn(found);
    const again = await hand.do("roll-out-model", { version: versionIn(found), share: share ?? 1 });
    return share === null && again.outcome === "done" ? hand.do("promote-model", { version: versionIn(found) }) : again;
  },
  verifiedBy: ["question-answered", "users-served", "in-rotation"],
  check: openVersionCheck,
  showsItself: "every replica answers golden questions right, none by the version that was rolled back",
  goneBy: "check",
});

/** The first version that the signals are about and that can go, with its share: what the way back from it needs. */
async function findVersion(...[, , replicas, signals]: Parameters<Find>): Promise<string | null> {
  const [found] = signals.flatMap(({ about }) => removable(replicas, about) ?? []);
  return found === undefined ? null : `${found.version} ${found.share === null ? "stable" : `at ${found.share}`}`;
}
type Find = NonNullable<Parameters<typeof pathway<"service", string, []>>[1]["ways"][0]["find"]>;

function versionIn(found = ""): string {
  return found.split(" ")[0] ?? "";
}

function shareIn(found = ""): number | null {
  const share = Number(found.split(" at ")[1]);
  return Number.isFinite(share) ? share : null;
}

/** Golden questions that each replica is asked at a look; other ones at the next. */
const ASKED = 2;

/** The registry serves another version, and each replica that takes traffic answers right, and by that one. */
async function openVersionCheck(eyes: Eyes, { target, found }: Remedy<ServiceTarget>): Promise<Check> {
  const version = versionIn(found);
  let turn = 0;
  return async () => {
    turn += 1;
    const members = (await eyes.rollCall())?.filter(({ service }) => service === target.service) ?? [];
    const served = members.find(({ models }) => models !== undefined)?.models;
    if (served === undefined) return bad("which versions are served was not seen");
    if (served.canary?.version === version)
      return bad(`${version} still answers ${served.canary.share} of the requests`);
    if (served.stable === version) return bad(`${version} is still the stable version`);
    const answering = members.filter(({ pid, weight }) => pid !== null && weight !== 0);
    if (answering.length === 0) return bad("no replica answers");
    const looks = await Promise.all(answering.map((entry) => lookAt(eyes, { entry, stable: served.stable, turn })));
    const wrong = looks.filter((look) => !look.good);
    const says = (wrong.length > 0 ? wrong : looks).map((look) => look.says).join("; ");
    return wrong.length > 0 ? bad(says) : good(says);
  };
}

async function lookAt(
  eyes: Eyes,
  { entry, stable, turn }: { readonly entry: ReplicaEntry; readonly stable: string; readonly turn: number },
): Promise<Look> {
  const places = Array.from({ length: ASKED }, (_, n) => turn * ASKED + n);
  const answers = await eyes.models.goldens(entry.port, undefined, places);
  if (answers === null || answers.some((one) => one === null)) return bad(`${entry.replica} did not answer`);
  const other = answers.find((one) => one?.model !== stable);
  if (other !== undefined) return bad(`${entry.replica} answers by ${other?.model}, not by ${stable}`);
  const right = answers.filter((one) => one?.right === true).length;
  const says = `${entry.replica} answers ${right} of ${ASKED} golden questions right, by ${stable}`;
  return right === ASKED ? good(says) : bad(says);
}
