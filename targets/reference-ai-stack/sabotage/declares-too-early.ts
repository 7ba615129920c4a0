// Says that it is over when it has only begun, and takes its time for the rest.
import type { Defect } from "./defect.ts";

/** Between the declaration and the action, ms: long enough that nobody can call it the same moment. */
const EARLY_MS = 3000;

export const declaresTooEarly: Defect = {
  name: "declares-too-early",
  summary: "Declares the incident closed three seconds before it acts.",
  healer: {
    journal: (journal, clock) => ({
      ...journal,
      async say(incident, type, detail, time) {
        if (type === "closed") return;
        if (type === "action.started") {
          await journal.say(incident, "closed", { reasons: ["good in every look"] });
          await clock.sleep(EARLY_MS);
        }
        await journal.say(incident, type, detail, time);
      },
    }),
  },
};
