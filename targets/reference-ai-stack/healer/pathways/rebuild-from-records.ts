// An index that no good copy is left of: made anew from the record store, while the replica answers from what it has.
import { pathway, step } from "./pathway.ts";
import { findNoCopy, lookAtIndex } from "./restore-index.ts";

export const rebuildFromRecords = pathway("replica", {
  name: "rebuild-from-records",
  answers: ["index-damaged"],
  tier: "medium",
  changesData: true,
  says: "makes the index anew from the record store, for no good copy is left",
  ways: [{ name: "records", find: findNoCopy }],
  preconditions: [],
  steps: [step("rebuild the index", ({ hand, target }) => hand.do("rebuild-index", { replica: target.replica }))],
  verifiedBy: ["finds-as-its-sibling", "records-kept", "question-answered", "users-served", "in-rotation"],
  check: async (eyes, remedy) => () => lookAtIndex(eyes, remedy),
  goneBy: "check",
});
