// The durations between marks.

import { spanSchema } from "../interval.ts";

export const mttdSchema = spanSchema.describe(
  "t2 − t0: time to detect; absent where nothing was detected, and where nothing is said of detections.",
);

export const firstActionSchema = spanSchema.describe(
  "t4 − t0, where nothing is said of detections: to the first action seen from outside. MTTD was not longer.",
);

export const detectionAfterImpactSchema = spanSchema.describe(
  "t2 − t1: detection after impact; negative when the loop was ahead of the users.",
);

export const mttrSchema = spanSchema.describe(
  "t6 − t0: time to recover; only for a recovery that held under the fault.",
);

export const resolveSchema = spanSchema.describe("t6 − t2: time to resolve once detected.");

export const ttmSchema = spanSchema.describe("t5 − t1: time to mitigate.");
