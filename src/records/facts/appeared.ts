// Replicas that came while the trial ran.

import { z } from "zod";

export const appearedSchema = z
  .array(z.string())
  .describe(
    "Replicas that the inventory did not have at first and had later, each once. The stack was started without an edge " +
      "for them, so that no fault proxy stands before them. Absent when there were none.",
  );
