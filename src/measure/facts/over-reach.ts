// What the healer touched beside the sites.

import { overReach as overReachIn } from "../conduct/over-reach.ts";
import { fact } from "./fact.ts";

export const overReach = fact("overReach", [], (trial) => trial.course && overReachIn(trial, trial.course));
