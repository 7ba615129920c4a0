// Whether the target had the processors it asked for, as far as others than itself are concerned.

import { z } from "zod";
import { instant, noun, share, type Frozen } from "../parts.ts";
import { calibrationSchema } from "../pressure.ts";

const spanName = z.enum(["baseline", "disturbed", "afterwards"]);

const spanSchema = noun(
  "EnvironmentSpan",
  "The processors over one stretch of a trial.",
  z.strictObject({
    name: spanName.describe("Which stretch."),
    from: instant.describe("Its begin."),
    to: instant.describe("Its end."),
    process: z.string().describe("The target's process that waited longest behind others."),
    behindOthers: share.describe("Share of the stretch that it did so."),
    waited: share.describe("Share of the stretch that this process waited, whatever for."),
    oursWaited: share.describe("Share of the stretch that the most delayed thread of our own waited."),
    cores: z
      .strictObject({
        target: z.number().describe("By the target."),
        ours: z.number().describe("By us."),
        others: z.number().describe("By others."),
        stolen: z.number().describe("Taken by the host."),
      })
      .describe("Processors used in the mean."),
  }),
);
export type EnvironmentSpan = Frozen<z.infer<typeof spanSchema>>;

export const environmentSchema = noun(
  "EnvironmentFacts",
  "Whether others took the target's processors; absent in runs written before it was measured.",
  z.discriminatedUnion("measured", [
    z.strictObject({
      measured: z.literal(false).describe("Nothing was measured."),
      reason: z.string().describe("Why not."),
    }),
    z.strictObject({
      measured: z.literal(true).describe("It was measured."),
      cores: z.number().describe("Processors of the machine."),
      bound: share.describe("Most of `behindOthers` that a trial may have had."),
      calibration: calibrationSchema
        .describe("What the bound rests on; absent when the run was not calibrated.")
        .exactOptional(),
      spans: z.array(spanSchema).describe("The stretches of which enough was seen."),
      unseen: z
        .strictObject({
          names: z.array(spanName).describe("Which."),
          reason: z.string().describe("Why, where it is known.").exactOptional(),
        })
        .describe("Stretches of 2 s or more of which less than half was seen; absent when there are none.")
        .exactOptional(),
      stalled: z
        .strictObject({
          cpu: share.describe("For want of a processor."),
          memory: share.describe("For want of memory."),
          io: share.describe("For want of input or output."),
        })
        .describe("Longest that something of the machine stood still, as a share of the trial (PSI); not judged.")
        .exactOptional(),
    }),
  ]),
);
export type EnvironmentFacts = Frozen<z.infer<typeof environmentSchema>>;
