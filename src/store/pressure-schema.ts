// The shape of what follows from looks at processors, in results.

import { z } from "zod";
import type { EnvironmentFacts } from "../core/pressure.ts";
import { calibrationSchema } from "../records/pressure.ts";

const ms = z.number();
const share = z.number();

const spanName = z.enum(["baseline", "disturbed", "afterwards"]);

/** Whether others took the target's processors. */
export const environmentSchema = z.discriminatedUnion("measured", [
  z.strictObject({ measured: z.literal(false), reason: z.string() }),
  z.strictObject({
    measured: z.literal(true),
    cores: z.number(),
    bound: share,
    calibration: z.exactOptional(calibrationSchema),
    spans: z.array(
      z.strictObject({
        name: spanName,
        from: ms,
        to: ms,
        process: z.string(),
        behindOthers: share,
        waited: share,
        oursWaited: share,
        cores: z.strictObject({ target: z.number(), ours: z.number(), others: z.number(), stolen: z.number() }),
      }),
    ),
    unseen: z.exactOptional(z.strictObject({ names: z.array(spanName), reason: z.exactOptional(z.string()) })),
    stalled: z.exactOptional(z.strictObject({ cpu: share, memory: share, io: share })),
  }),
]) satisfies z.ZodType<EnvironmentFacts>;
