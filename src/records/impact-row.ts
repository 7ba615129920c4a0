// What the history keeps of the impact that a dose had: from these rows follows the dose of a level.

import { z } from "zod";
import { isoTime, name } from "./history-row.ts";
import { noun, share, type Frozen } from "./parts.ts";

export const impactRowSchema = noun(
  "ImpactRow",
  "One line of history/impacts.ndjson, version 1: the measured impact of one dose, in one trial that tells.",
  z.strictObject({
    v: z.literal(1),
    at: isoTime.describe("When its run began, ISO 8601."),
    run: name.describe("Id of its run."),
    target: name.describe("Name of the target."),
    intent: name.describe("Id of the intent."),
    key: name.describe(
      "Digest of what else the impact depends on: platform, settings, load, steady state, SLO, times, site and more.",
    ),
    fault: name.describe("The fault that was dosed."),
    param: name.describe("The parameter that is the dose."),
    dose: z.number().describe("The dose."),
    bad: share.describe("Share of the requests that were bad while users were hurt."),
    slo: share.describe("Share of requests that must be good."),
  }),
);
export type ImpactRow = Frozen<z.infer<typeof impactRowSchema>>;
