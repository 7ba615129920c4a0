// A fault for tests of the conductor: it does what the test says, and by default nothing at once and confirms it.

import type { Fault } from "../../src/core/fault.ts";
import type { Evidence } from "../../src/records/timeline/fault.ts";

export const well: Evidence = { confirmed: true, expected: "", seen: "" };

/** What is left out does nothing, and confirms it. */
export function madeFault(over: Partial<Fault> & Pick<Fault, "name">): Fault {
  return {
    about: "",
    acts: "replica",
    wayBack: "",
    needs: [],
    wants: [],
    paramsSchema: {},
    example: {},
    parse: (input) => input,
    prepare: () => Promise.resolve(null),
    apply: () => Promise.resolve(well),
    harm: () => Promise.resolve(),
    observe: () => Promise.resolve(well),
    revert: () => Promise.resolve(well),
    ...over,
  };
}
