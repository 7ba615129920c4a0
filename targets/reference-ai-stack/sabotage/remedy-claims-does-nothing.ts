// A remedy that answers "done" and never moved.
import type { Outcome } from "../healer/nouns.ts";
import type { Defect } from "./defect.ts";

const done = async (): Promise<Outcome> => ({ outcome: "done", says: "the supervisor answered 200" });

export const remedyClaimsDoesNothing: Defect = {
  name: "remedy-claims-does-nothing",
  summary: "Every remedy says that it was done and touches nothing.",
  healer: { hand: () => ({ restart: done, setWeights: done, restoreIndex: done }) },
};
