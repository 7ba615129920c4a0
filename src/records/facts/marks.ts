// The instants of a trial.

import { z } from "zod";
import { markSchema } from "../interval.ts";
import { noun, type Frozen } from "../parts.ts";

const mark = (says: string) => markSchema.describe(says).exactOptional();

export const marksSchema = noun(
  "Marks",
  "The instants of a trial. A mark that was not reached is absent.",
  z.strictObject({
    t0: mark("The harm was in effect."),
    t1: mark("Impact: users were hurt."),
    t2: mark("The healer claimed to have detected it."),
    t2c: mark("The healer claimed what it is."),
    t3: mark("The healer claimed what it would do."),
    t4: mark("The first side effect of the healer on the site."),
    t5: mark("Mitigated: users were served again."),
    t6: mark("Recovered: the steady state was back and held."),
    t7: mark("The healer closed the incident."),
    t8: mark("Our own way back was done."),
  }),
);
export type MarkName = keyof Frozen<z.infer<typeof marksSchema>>;
