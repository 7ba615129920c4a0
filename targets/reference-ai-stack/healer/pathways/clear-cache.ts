// What the gateway keeps of answers, or the embedder of vectors, is wrong: it forgets all of it, and what is asked for
// next is made anew, while it serves on. There is nothing to take back: the right answer is made each time.
import type { Eyes, Remedy, TargetOf } from "../nouns.ts";
import { lookAtTexts } from "../verification/texts-check.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Look } from "./pathway.ts";

export const clearCache = pathway("replica", {
  name: "clear-cache",
  answers: ["cache-wrong"],
  tier: "low",
  says: "has the gateway forget the answers that it keeps, or the embedder the vectors",
  ways: [{ name: "clear" }],
  preconditions: [],
  steps: [step("clear", ({ hand, target }) => hand.do("clear-cache", { replica: target.replica }))],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: async (eyes, remedy) => () => lookAgain(eyes, remedy),
  goneBy: "check",
});

async function lookAgain(eyes: Eyes, { target }: Remedy<TargetOf<"replica">>): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined || entry.pid === null) return bad(`${target.replica} has no process`);
  return target.service === "embedder" ? lookAtTexts(eyes, entry.port, false) : answersAgain(eyes, entry);
}

/** The same questions have the same answers out of the cache, which has them again by the second look, and anew. */
async function answersAgain(eyes: Eyes, { port, service }: { port: number; service: string }): Promise<Look> {
  const view = await eyes.askTwice(port, service);
  if (view === null) return bad("a question was not answered twice");
  const says = `of ${view.asked} questions that were asked twice ${view.differing} have another answer out of the cache`;
  return view.differing === 0 ? good(says) : bad(says);
}
