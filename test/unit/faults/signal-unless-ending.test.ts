import { expect, test } from "vitest";
import type { ProcessControl } from "../../../src/core/controls.ts";
import { signalUnlessEnding } from "../../../src/faults/parts/signal-unless-ending.ts";

/** A process whose signal is refused, and which lives for so many more looks. */
function refused(looks: number): ProcessControl {
  let left = looks;
  return {
    find: async () => "one",
    signal: async () => Promise.reject(new Error("refused")),
    isAlive: async () => (left -= 1) >= 0,
    isStopped: async () => false,
  };
}

test("one that was ending already ended without us, and one that lives on unsent is an error", async () => {
  expect(await signalUnlessEnding("one", "SIGKILL", refused(0))).toBe(false);
  expect(await signalUnlessEnding("one", "SIGKILL", refused(3))).toBe(false);
  await expect(signalUnlessEnding("one", "SIGKILL", refused(Infinity))).rejects.toThrow("refused");
  const taken = { ...refused(Infinity), signal: async () => undefined };
  expect(await signalUnlessEnding("one", "SIGKILL", taken)).toBe(true);
});
