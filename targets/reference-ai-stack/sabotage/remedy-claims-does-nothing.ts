// A remedy that answers "done" and never moved.
import type { Defect } from "./defect.ts";

export const remedyClaimsDoesNothing: Defect = {
  name: "remedy-claims-does-nothing",
  summary: "Every remedy says that it was done and touches nothing.",
  healer: { hand: () => ({ do: async () => ({ outcome: "done", says: "the supervisor answered 200" }) }) },
};
