// The main job on a real stack that nobody heals.

import { describe, expect, it } from "vitest";
import { expectFailure, trialsOf } from "../support/main-job.ts";
import { makeSandbox, markersIn, processesOf, rebound, resultOf } from "../support/rebound-process.ts";

describe("a stack without a healer", () => {
  it("comes out as fail: not recovered", async () => {
    await using sandbox = await makeSandbox();
    const run = await rebound(["run", "experiments/process/echo-back-kill.yaml", "--out", sandbox.out], sandbox);
    const trial = trialsOf(resultOf(sandbox))[0];
    expectFailure(run, trial, "recovered-in-time");
    expect(trial?.facts.mttr).toBeUndefined();
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  });
});
