// What the healer started and cried.

import { actionFacts } from "../conduct/action-facts.ts";
import { fact } from "./fact.ts";

export const actions = fact("actions", [], (trial) => trial.course && actionFacts(trial, trial.course.since));
