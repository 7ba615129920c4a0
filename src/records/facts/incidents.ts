// The healer's incidents, from opened to ended, and how often people were called: all by its claims.

import { z } from "zod";
import { spanSchema } from "../interval.ts";
import { count, noun, type Frozen } from "../parts.ts";

const callsShape = {
  pages: count.describe("Claims that ask for a person: `approval.requested`, `escalated`."),
  alerts: count.describe(
    "Claims that only tell one: `approval.expired`, and `action.started` of a pathway of medium or high tier.",
  ),
};

const incidentSchema = noun(
  "HealerIncident",
  "One incident that the healer detected after t0.",
  z.strictObject({
    incident: z.string().describe("Its id."),
    end: z
      .enum(["closed", "given-up", "escalated", "held", "open"])
      .describe(
        "How it ended: by its closing or, without one, by the first of the others; given-up: closed as `not-healed` or " +
          "`failed`; open: by nothing before the end of observing.",
      ),
    lasted: spanSchema.describe(
      "Detected → closed; of one that did not end so, up to the end of observing: the least it took.",
    ),
    ...callsShape,
  }),
);
export type HealerIncident = Frozen<z.infer<typeof incidentSchema>>;

export const incidentsSchema = noun(
  "IncidentFacts",
  "The healer's incidents after t0, by the claims alone; absent without a feed.",
  z.strictObject({
    heard: z
      .boolean()
      .describe("The feed was heard from t0 to the end of observing; if not, incidents may be missing."),
    incidents: z.array(incidentSchema).describe("In order of detection, the first 100."),
    more: count.describe("Incidents beyond those."),
    moreCalls: z
      .strictObject(callsShape)
      .describe("Of the incidents beyond those; absent without one, and in runs written before it was kept.")
      .exactOptional(),
  }),
);
export type IncidentFacts = Frozen<z.infer<typeof incidentsSchema>>;
