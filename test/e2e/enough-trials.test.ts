// Trials of an intent that end when there is enough, on real stacks.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trialsOf } from "../support/main-job.ts";
import { makeSandbox, rebound, resultOf } from "../support/rebound-process.ts";

describe("an intent that asks for as many trials as are needed", () => {
  it("ends before the most once the rate is known well enough, and says why everywhere", async () => {
    await using sandbox = await makeSandbox();
    const intent = "test/fixtures/experiments/process/quick-open.yaml";
    const { text } = await rebound(["run", intent, "--out", sandbox.out], sandbox);
    const result = resultOf(sandbox);
    const counted = trialsOf(result).filter(({ verdict }) => ["pass", "fail"].includes(verdict.outcome)).length;
    // 0 of 3 is known to 0.80 at the confidence that three planned looks leave; a blurred trial costs another one.
    expect(counted, text).toBe(Math.min(3, counted));
    const { stopping } = result.intents[0] ?? {};
    expect(stopping?.trials, text).toBe(trialsOf(result).length);
    expect(stopping?.most).toBe(4);
    expect(stopping?.because).toContain(counted === 3 ? "no wider than 85 %" : "spent");
    expect(result.planned).toBe(trialsOf(result).length);
    expect(text).toContain(`enough  process/quick-open: ${stopping?.trials} of at most 4 trials in each arm`);
    const page = readFileSync(join(sandbox.out, "latest/index.html"), "utf8");
    expect(page).toContain(`Trials: ${stopping?.trials} of at most 4 trials in each arm`);
  });
});
