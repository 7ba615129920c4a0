// Steady-state windows as they were judged, and the baseline.

import { z } from "zod";
import { instant, noun, type Frozen } from "../parts.ts";

const seen = z.enum(["good", "bad", "unseen"]);
const values = z.record(z.string(), z.number());

const windowSchema = noun(
  "WindowFact",
  "One steady-state window as it was judged: good, bad, or not seen (with the reason).",
  z.strictObject({
    from: instant.describe("Its begin."),
    to: instant.describe("Its end."),
    state: seen.describe("Over all conditions."),
    users: seen.describe("Over the users' conditions alone."),
    back: z
      .strictObject({
        state: seen.describe("Over all conditions."),
        users: seen.describe("Over the users' conditions alone."),
      })
      .describe("The same by the stricter exit conditions; absent when the intent has none.")
      .exactOptional(),
    undecided: z
      .literal(true)
      .describe("Not seen because requests in it were late and still open when the fault was taken back.")
      .exactOptional(),
    broken: z.array(z.string()).describe("Names of conditions that did not hold."),
    values: values.describe("Values by probe name (users.* and state probes) in this window; absent: not seen."),
    reasons: z
      .record(z.string(), z.string())
      .describe(
        "Of a window that is not good, by name: why a value was not seen, or what made it so bad (`status 404 (8×)`). " +
          "Absent in runs written before reasons were kept.",
      )
      .exactOptional(),
  }),
);
export type WindowFact = Frozen<z.infer<typeof windowSchema>>;

export const windowsSchema = z.array(windowSchema).describe("Every window, in order of time.");

export const baselineSchema = values.describe("Value by probe name over the whole baseline.");
