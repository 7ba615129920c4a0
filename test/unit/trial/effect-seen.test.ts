// The proof of an effect is from when the fault had it, whoever was asked about it afterwards.

import { expect, test } from "vitest";
import { inject } from "../../../src/trial/inject.ts";
import { madeFault, well } from "../../builders/made-fault.ts";
import { kill, simulatedState } from "../../builders/simulated-stack.ts";

/** When the step after the harm is said to have been, ms; the fault asks for a second after it noted its proof. */
async function stepOf(confirmed: boolean): Promise<object | undefined> {
  let now = 6_000;
  const slow = madeFault({
    name: "process.kill",
    async apply(_params, _undo, site) {
      site.effectSeen?.();
      now += 1_000;
      site.effectSeen?.();
      return { ...well, confirmed };
    },
  });
  const state = simulatedState({ plan: { disturbances: [kill("vector-1")] }, faults: [slow], now: () => now });
  expect(await inject(state)).toBe(confirmed);
  if (confirmed) expect(state.applied[0]?.confirmedAt).toBe(6_000);
  return state.timeline.at(-1);
}

test("confirmed is the instant at which the fault had its proof", async () => {
  expect(await stepOf(true)).toMatchObject({ step: "confirmed", at: 6_000 });
});

test("unconfirmed is when that was known", async () => {
  expect(await stepOf(false)).toMatchObject({ step: "unconfirmed", at: 7_000 });
});
