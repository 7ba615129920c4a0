// How long the trial took.

import { fact } from "./fact.ts";

export const tookMs = fact("tookMs", [], (trial) => trial.tookMs);
