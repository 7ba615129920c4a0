// Has a replica restarted as people plan it, through the operator control that the target publishes.

import { HarnessError } from "../../core/errors.ts";
import type { MaintenanceControl } from "../../core/controls.ts";
import { fetchJson } from "./fetch-json.ts";
import type { Operator } from "./replica-control.ts";

/**
 * A target waits for the answers that the replica still owes, then for the new process to be well, ms: less than the
 * 15 s in which a fault has to be in place.
 */
const restartTimeoutMs = 13_000;
/** One that is busy with the replica, or away, is asked again for so long, ms. */
const againWithinMs = 5_000;

/** The control of one replica. Throws HarnessError "environment" when the target refuses, or does not say what runs. */
export function maintenanceControl({
  url,
  allows,
  token,
  instanceIn,
}: Omit<Operator, "reloadUrl">): MaintenanceControl {
  return {
    async restart(signal) {
      const timing = { timeoutMs: restartTimeoutMs, againWithinMs };
      const answer = await fetchJson(url, { method: "POST", bearer: await token(), signal, allows, ...timing });
      const instance = await instanceIn(answer);
      if (instance !== undefined) return instance;
      throw new HarnessError("environment", `${url} did not answer as what the replica runs now`, {
        hint: "see targets/README.md, section 3",
      });
    },
  };
}
