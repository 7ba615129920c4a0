// How long the trial took.

import { ms } from "../parts.ts";

export const tookMsSchema = ms.describe(
  "From the begin of the boot to the last thing seen; absent in runs written before it was kept.",
);
