// Every steady-state window as it was judged, and the baseline that it may be compared with.

import { fact } from "./fact.ts";

export const windows = fact("windows", [], (trial) => trial.windows.windows);

export const baseline = fact("baseline", [], (trial) => trial.windows.baseline);
