// The healer's incidents, from opened to ended.

import { incidentFacts } from "../conduct/incidents.ts";
import { fact } from "./fact.ts";

export const incidents = fact("incidents", [], (trial) => trial.course && incidentFacts(trial, trial.course));
