// A healer that takes its own word for it: what it has done must have helped.
import type { Defect } from "./defect.ts";

export const verificationAlwaysYes: Defect = {
  name: "verification-always-yes",
  summary: "Verification says healed without looking, whatever came of the remedy.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      verify: async () => ({ healed: true, reasons: ["good in every look"] }),
    }),
  },
};
