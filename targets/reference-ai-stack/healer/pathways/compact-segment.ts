// An index of which much is dead: made anew of the rows that are left, while the replica answers from what it has.
import { deadInWords } from "../detection/index-shape.ts";
import type { Eyes, Remedy, TargetOf } from "../nouns.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Look } from "./pathway.ts";

export const compactSegment = pathway("replica", {
  name: "compact-segment",
  answers: ["index-bloated"],
  tier: "low",
  changesData: true,
  says: "makes the index anew of the rows that are left, for much of what it holds is dead",
  ways: [{ name: "compact" }],
  preconditions: [],
  steps: [step("compact the index", ({ hand, target }) => hand.do("compact-index", { replica: target.replica }))],
  verifiedBy: ["finds-as-its-sibling", "records-kept", "question-answered", "users-served", "in-rotation"],
  check: async (eyes, remedy) => () => lookAtDead(eyes, remedy),
  goneBy: "check",
});

/** The file is as it was written, and little of what it holds is dead. */
async function lookAtDead(eyes: Eyes, { target }: Remedy<TargetOf<"replica">>): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined || entry.pid === null) return bad(`${target.replica} has no process`);
  const manifest = await eyes.manifest(entry.port);
  if (manifest === null) return bad(`the index of ${target.replica} could not be seen`);
  if (!manifest.matches) return bad("the index file differs from what was written");
  const dead = deadInWords(manifest);
  return dead === null ? good(`${manifest.rows} rows can be found, ${manifest.dead ?? 0} are dead`) : bad(dead);
}
