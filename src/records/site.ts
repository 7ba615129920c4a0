// One replica of one service of the target, or one edge to it.

import { z } from "zod";
import { noun, type Frozen } from "./parts.ts";

export const siteSchema = noun(
  "Site",
  "One replica of one service of the target, or one edge to it.",
  z.strictObject({
    service: z.string().describe("The service, as the target's inventory calls it."),
    replica: z.string().describe("The replica, as the target's inventory calls it."),
    edgeFrom: z.string().describe("Set for an edge: the service from which it leads here.").exactOptional(),
    via: z.string().describe("Which of several ways from there the edge is; absent: the usual one.").exactOptional(),
  }),
);
export type SiteRef = Frozen<z.infer<typeof siteSchema>>;
