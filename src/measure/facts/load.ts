// What became of the load.

import { fact } from "./fact.ts";

export const load = fact("load", [], (trial) => trial.load);
