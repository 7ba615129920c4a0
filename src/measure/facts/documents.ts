// Documents of our own: written, and gone.

import { documentFacts } from "../conduct/data-loss.ts";
import { fact } from "./fact.ts";

export const documents = fact(
  "documents",
  ["marks"],
  ({ timeline, course }, { marks: { t0 } }) => course && documentFacts(timeline, { periods: course.periods, t0 }),
);
