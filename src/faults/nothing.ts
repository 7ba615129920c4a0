// The do-nothing twin of every fault: same steps, same records, no harm. The placebo arm runs on it.

import { z } from "zod";
import type { Fault } from "../core/fault.ts";
import { parseParams } from "./parts/params.ts";

const paramsSchema = z.strictObject({});
type Params = z.infer<typeof paramsSchema>;

export const nothing: Fault<Params, null> = {
  kind: "nothing",
  summary: "Does nothing, confirms that, and takes nothing back.",
  wayBack: "nothing is there to take back",
  needs: [],
  parse: (input) => parseParams("nothing", paramsSchema, input),
  prepare: () => Promise.resolve(null),
  apply: () => Promise.resolve({ confirmed: true, expected: "no effect", seen: "nothing was done" }),
  revert: () => Promise.resolve({ confirmed: true, expected: "no effect", seen: "nothing was there to undo" }),
};
