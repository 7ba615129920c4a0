// What a replica has cached of prompts is wrong: it forgets it and reads them anew, while it serves on.
import type { Eyes, Remedy, TargetOf } from "../nouns.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Look } from "./pathway.ts";

export const clearPrefixCache = pathway("replica", {
  name: "clear-prefix-cache",
  answers: ["cache-corrupt"],
  tier: "low",
  says: "has the replica forget what it has cached of prompts",
  ways: [{ name: "clear" }],
  preconditions: [],
  steps: [step("clear", ({ hand, target }) => hand.do("clear-prefix-cache", { replica: target.replica }))],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: async (eyes, remedy) => () => askAgain(eyes, remedy),
  goneBy: "check",
});

/** The same prompts have the same answers out of the cache, which has them again by the second look, and around it. */
async function askAgain(eyes: Eyes, { target }: Remedy<TargetOf<"replica">>): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined || entry.pid === null) return bad(`${target.replica} has no process`);
  const view = await eyes.askTwice(entry.port, entry.service);
  if (view === null) return bad(`${target.replica} did not answer a prompt twice`);
  const says = `of ${view.asked} prompts that were asked twice ${view.differing} differ`;
  return view.differing === 0 ? good(says) : bad(says);
}
