// The healer's word on its own speed against ours.

import { honestyOf } from "../conduct/honesty.ts";
import { fact } from "./fact.ts";

export const honesty = fact(
  "honesty",
  ["marks", "recovery", "mttr"],
  (trial, known) => trial.course && honestyOf(trial, known),
);
