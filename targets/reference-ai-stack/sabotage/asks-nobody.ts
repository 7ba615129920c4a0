// The policy wants a person's leave, and the healer does not ask for it.
import type { Defect } from "./defect.ts";

export const asksNobody: Defect = {
  name: "asks-nobody",
  summary: "Carries out plans of high risk without asking anybody.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      decide(...asked) {
        const { needs: _nobody, ...decision } = faculties.decide(...asked);
        return decision;
      },
    }),
  },
};
