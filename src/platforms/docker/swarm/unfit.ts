// What keeps a target's stack from running on the Swarm that this machine's engine manages, as far as that shows before
// a start. The manager is asked, and nothing is done to it.

import { HarnessError } from "../../../core/errors.ts";
import type { Unfit } from "../../../core/platform.ts";
import type { Target } from "../../../core/target.ts";
import { statusOf } from "../engine.ts";
import { unfitOnEngine } from "../unfit.ts";
import { refuseNoManager, refuseStranger } from "./cluster.ts";

/** See `Platform.unfit`. */
export function unfitStack({ containers }: Target): Promise<readonly Unfit[]> {
  const { stack } = containers ?? {};
  return unfitOnEngine(["platform"], async (engine) => {
    const asked = await foundBy(["platform"], "an engine that manages a Swarm", refuseNoManager(engine));
    if (asked.length > 0 || stack === undefined) return asked;
    const expected = `a stack that runs, and whose owner allows chaos`;
    return foundBy(["containers", "stack"], expected, refuseStranger(engine, stack));
  });
}

async function foundBy(at: Unfit["at"], expected: string, asked: Promise<void>): Promise<readonly Unfit[]> {
  try {
    await asked;
    return [];
  } catch (thrown) {
    // Managers that elect one of them answer nothing meanwhile: a start waits for that.
    if (statusOf(thrown) === 500) return [];
    if (!(thrown instanceof HarnessError)) throw thrown;
    const { message: found, hint } = thrown;
    return [{ at, found, expected, ...(hint !== undefined && { suggestion: hint }) }];
  }
}
