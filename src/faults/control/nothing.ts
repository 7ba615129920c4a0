// The control of every fault, which does nothing: same steps, same records, no harm. The placebo arm runs on it.

import { z } from "zod";
import { fault } from "../fault.ts";

export const nothing = fault({
  name: "nothing",
  about: "Does nothing, confirms that, and takes nothing back.",
  acts: "nowhere",
  wayBack: "nothing is there to take back",
  needs: [],
  params: z.strictObject({}),
  example: {},
  harmless: true,
  prepare: () => Promise.resolve(null),
  apply: () => Promise.resolve(),
  observe: () => Promise.resolve({ confirmed: true, expected: "no effect", seen: "nothing was done" }),
  revert: () => Promise.resolve({ confirmed: true, expected: "no effect", seen: "nothing was there to undo" }),
});
