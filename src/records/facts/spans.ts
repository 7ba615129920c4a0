// The durations between marks.

import { spanSchema } from "../interval.ts";

export const mttdSchema = spanSchema.describe("t2 − t0: time to detect; by t4 for a target without a feed.");

export const detectionAfterImpactSchema = spanSchema.describe(
  "t2 − t1: detection after impact; negative when the loop was ahead of the users.",
);

export const mttrSchema = spanSchema.describe(
  "t6 − t0: time to recover; only for a recovery that held under the fault.",
);

export const resolveSchema = spanSchema.describe("t6 − t2: time to resolve once detected.");

export const ttmSchema = spanSchema.describe("t5 − t1: time to mitigate.");
