// `rebound doctor`: can this machine run Rebound?

import { messageOf } from "../../core/errors.ts";
import { checksFor } from "../../run/readiness.ts";
import { exitCodes } from "../exit.ts";

export interface DoctorOptions {
  /** Where runs would leave their folders. */
  readonly out: string;
}

/** Runs every check; exit code 0, or 4 when something needed is missing. */
export async function doctor({ out }: DoctorOptions): Promise<number> {
  let ready = true;
  for (const check of checksFor(out)) {
    try {
      process.stdout.write(`ok       ${check.name}: ${await check.look()}\n`);
    } catch (thrown) {
      if (check.needed) ready = false;
      process.stdout.write(
        `${check.needed ? "MISSING" : "warning"}  ${check.name}: ${messageOf(thrown)} — ${check.advice}\n`,
      );
    }
  }
  process.stdout.write(ready ? "This machine can run Rebound.\n" : "This machine is not ready.\n");
  return ready ? exitCodes.pass : exitCodes.environment;
}
