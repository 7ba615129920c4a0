// How hard a disturbance shall hit, in place of a dose.

import { z } from "zod";

export const levelSchema = z
  .enum(["noticeable", "significant", "disabling"], "noticeable, significant or disabling")
  .optional()
  .describe(
    "How hard it shall hit, by measured impact, in place of the fault's dose; `rebound calibrate` finds the dose.",
  );
