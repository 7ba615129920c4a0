// Somebody guesses passwords or keys at the gateway: the addresses that the guesses come from are turned away for a
// minute, longer where they come back. Each by itself, never a range; who has a key is let in from there, too.
import { isIP } from "node:net";
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, TargetOf } from "../nouns.ts";
import { guessingOf } from "../detection/source-detector.ts";
import { NUMBERS } from "../numbers.ts";
import type { SourceView } from "../telemetry/read-sources.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Check } from "./pathway.ts";

type ServiceTarget = TargetOf<"service">;
const { most, blockSeconds } = NUMBERS.sources;

export const blockSource = pathway("service", {
  name: "block-source",
  answers: ["brute-force"],
  tier: "low",
  touches: 0,
  standsAlone: true,
  says: "turns the addresses that guess away for a while, and nobody else",
  // Others that guess beside them by then are for the next case.
  ways: [{ name: "by address", find: findSources, isStillFit: hasOneOf }],
  preconditions: [],
  steps: [
    step("block", ({ hand, target, found }) =>
      hand.do("block-source", { service: target.service, sources: named(found, blockSeconds) }),
    ),
  ],
  compensate: ({ hand, target, found }) =>
    hand.do("unblock-source", { service: target.service, sources: named(found, 0) }),
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openDoorCheck,
  // Its check asks for the block, which nothing but the pathway itself brings about.
  goneBy: "signal",
});

/** The worst of those that guess now and may be turned away; null: there are none. */
async function findSources(
  eyes: Eyes,
  _scope: ReplicaScope,
  _replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  const all = guessingOf((await eyes.sources()) ?? []);
  const guessing = all.filter(({ source, spared }) => spared !== true && isIP(source) !== 0).slice(0, most);
  return guessing.length === 0 ? null : guessing.map(({ source }) => source).join(" ");
}

/** Order and number change while somebody guesses: those of before are still meant as long as one of them does. */
function hasOneOf(before: string, now: string): boolean {
  const guessing = new Set(now.split(" "));
  return before.split(" ").some((source) => guessing.has(source));
}

function named(found = "", seconds: number): Readonly<Record<string, number>> {
  return Object.fromEntries(found.split(" ").map((source) => [source, seconds]));
}

/** Guesses that were looked at since the look before; a count that fell began anew, with the gateway. */
function sinceLook({ source, refusedInAll }: SourceView, before: ReadonlyMap<string, number> | undefined): number {
  const earlier = before?.get(source) ?? refusedInAll;
  return refusedInAll < earlier ? refusedInAll : refusedInAll - earlier;
}

/** Each of them is turned away, and no guess of theirs was looked at since the look before. */
async function openDoorCheck(eyes: Eyes, { found = "" }: Remedy<ServiceTarget>): Promise<Check> {
  const blocked = found.split(" ");
  let before: ReadonlyMap<string, number> | undefined;
  return async () => {
    const views = await eyes.sources();
    if (views === null) return bad("the gateway's view of its sources was not seen");
    const own = views.filter(({ source }) => blocked.includes(source));
    const open = blocked.filter((source) => !own.some((one) => one.source === source && one.blockedMs > 0));
    if (open.length > 0) return bad(`${open.join(", ")} is not turned away`);
    const lookedAt = own.reduce((sum, one) => sum + sinceLook(one, before), 0);
    before = new Map(own.map(({ source, refusedInAll }) => [source, refusedInAll]));
    const says = `${blocked.join(", ")} is turned away; ${lookedAt} guesses of theirs were looked at since`;
    return lookedAt === 0 ? good(says) : bad(says);
  };
}
