// How long there was nothing to find, and what the healer found all the same.

import { calmTime } from "../conduct/calm.ts";
import { fact } from "./fact.ts";

export const calm = fact(
  "calm",
  [],
  (trial) => trial.course && calmTime(trial, trial.course.periods, trial.course.since),
);
