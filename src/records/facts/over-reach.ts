// What the healer touched beside what was sick, and how wide the harm was against what was planned.

import { z } from "zod";
import { markSchema } from "../interval.ts";
import { count, noun, type Frozen } from "../parts.ts";

const touchSchema = noun(
  "Touch",
  "One touch: an action that the healer claims, or a change that the inventory shows.",
  z.strictObject({
    service: z.string().describe("The service, where one is known.").exactOptional(),
    replica: z.string().describe("The replica, where one is known.").exactOptional(),
    by: z.enum(["claim", "inventory"]).describe("What shows it."),
    at: markSchema.describe("When."),
    says: z.string().describe("Such as `restart-replica was started on vector-1`."),
  }),
);
export type Touch = Frozen<z.infer<typeof touchSchema>>;

export const overReachSchema = noun(
  "OverReachFacts",
  "What the healer touched beside the sites, by the timeline alone; absent when the inventory was never seen.",
  z.strictObject({
    touches: z
      .array(touchSchema)
      .describe("Of what is no site, and of sites that were taken out of the inventory, in order of time."),
    healthy: z.array(z.string()).describe("Healthy replicas (or whole services) among them, each once."),
    drained: z.string().describe("A service whose every replica had no traffic when it was last seen.").exactOptional(),
    radius: z
      .strictObject({
        planned: count.describe("Those that the plan hits."),
        actual: count.describe("Those hit or touched in the end."),
        of: count.describe("All that the inventory shows."),
      })
      .describe("Replicas."),
  }),
);
export type OverReachFacts = Frozen<z.infer<typeof overReachSchema>>;
