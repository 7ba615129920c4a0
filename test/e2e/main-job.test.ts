// The main job on the reference stack whose repair was made a no-op. That it passes otherwise is asked of the README's
// own commands (readme.test.ts).

import { describe, it } from "vitest";
import { expectFailure, trialsOf } from "../support/main-job.ts";
import { makeSandbox, rebound, resultOf } from "../support/rebound-process.ts";

describe("the reference stack", () => {
  it("fails the index intent when somebody made its restore-index a no-op by hand", async () => {
    await using sandbox = await makeSandbox({ HEALER_NOOP_ACTIONS: "restore-index" });
    const run = await rebound(["run", "experiments/data/vector-index-corruption.yaml", "--out", sandbox.out], sandbox);
    const treatment = trialsOf(resultOf(sandbox)).find(({ plan }) => plan.arm === "treatment");
    expectFailure(run, treatment, "recovered-in-time");
  });
});
