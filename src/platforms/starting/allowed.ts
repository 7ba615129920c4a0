// Nothing is started, and nothing touched, that its owner has not allowed.

import { HarnessError } from "../../core/errors.ts";
import type { Target } from "../../core/target.ts";

/** Throws HarnessError "bad-input" for a target whose owner did not write `chaos: allowed`. */
export function refuseUnlessAllowed(target: Target): void {
  if (target.chaosAllowed) return;
  throw new HarnessError("bad-input", `target ${target.name} does not allow chaos`, {
    hint: `its owner must write "chaos: allowed" into ${target.file}`,
  });
}
