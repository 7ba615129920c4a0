// What the stack's processes wrote to stdout and stderr.

import { z } from "zod";
import { count, instant, noun, type Frozen } from "../parts.ts";

export const logEventSchema = noun(
  "LogEvent",
  "What the stack's processes wrote to stdout and stderr between two looks at their log, ten a second. Decides nothing. " +
    "Absent in runs written before it was kept, and on platforms without such a log.",
  z.strictObject({
    kind: z.literal("log"),
    at: instant.describe("When it was read: it was written by then."),
    from: instant.describe("The look before: it was written after that."),
    lines: z
      .array(z.string())
      .describe(
        "In order of writing, each cut and without what looks like a secret; at most 40 a look, and 40 a second where " +
          "the stack writes more for long: those that speak of trouble, then the newest.",
      ),
    more: count.describe("Lines beyond those, since the last such event; absent: none.").exactOptional(),
  }),
);
export type LogEvent = Frozen<z.infer<typeof logEventSchema>>;
