// What the healer's incidents of a whole run came to.

import { z } from "zod";
import { count, ms, noun, type Frozen } from "../parts.ts";

export const incidentSummarySchema = noun(
  "IncidentSummary",
  "The healer's incidents over the trials with the fault and the whole healer that passed or failed: by its claims, and " +
    "whether the stack recovered by our measurement.",
  z.strictObject({
    trials: count.describe("Trials whose feed was heard from t0 to the end: what follows is of these."),
    unheard: count.describe("The others, of which nothing is told: without a feed, with a gap in it, or older."),
    incidents: count.describe("Incidents detected after t0."),
    alone: count.describe(
      "Of those that tell: closed on a site of the fault, not before the stack had recovered for good, in a trial of " +
        "which no incident asked for a person.",
    ),
    tell: count.describe(
      "Incidents that tell, of the first 100 of each trial: all but those that were closed on another site than the " +
        "fault's, or where our probes saw no breach, or not enough.",
    ),
    pages: count.describe("Claims that ask for a person, of all incidents."),
    alerts: count.describe("Claims that only tell one, of all incidents."),
    lasted: z
      .strictObject({
        medianMs: ms.describe("Kaplan–Meier median; absent where it is longer than was watched.").exactOptional(),
        shortestMs: ms.describe("The shortest of those that were closed; absent when none was.").exactOptional(),
        longestMs: ms.describe("The longest, with what one that was not closed took at least."),
        open: count.describe(
          "Not over at the end of observing: open, given up, escalated or held without a closing. They count as longer " +
            "(censored).",
        ),
      })
      .describe("From detected to closed, by arrival, of the first 100 of each trial; absent without an incident.")
      .exactOptional(),
  }),
);
export type IncidentSummary = Frozen<z.infer<typeof incidentSummarySchema>>;
