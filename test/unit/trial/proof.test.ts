// The target's own signals are proved before the load begins; one that cannot be used ends the trial there.

import { describe, expect, test } from "vitest";
import { runTrial } from "../../../src/trial/trial.ts";
import type { RunningStack, TrialDeps } from "../../../src/trial/ports.ts";
import { simulatedState, vector } from "../../builders/simulated-stack.ts";

async function play(isProved: boolean): Promise<{ phases: string[]; did: string[] }> {
  const did: string[] = [];
  const told = simulatedState({ plan: { load: { ...loadOf(), warmupMs: 1, baselineMs: 1 } } });
  const stack: RunningStack = {
    ...told.stack,
    inventory: () => Promise.resolve({ replicas: [vector(1), vector(2)] }),
    proveSignals: () => {
      did.push("proved");
      return Promise.resolve(isProved);
    },
    startLoad: () =>
      Promise.resolve({
        begin: () => void did.push("load"),
        setRate: () => undefined,
        stop: () => Promise.resolve(),
      }),
    stop: () => Promise.resolve([]).finally(() => did.push("ended the stack")),
  };
  const deps: TrialDeps = { ...told.deps, startStack: () => Promise.resolve(stack) };
  const { timeline } = await runTrial(told.plan, deps, new AbortController().signal);
  return { did, phases: timeline.flatMap((event) => (event.kind === "phase" ? [event.phase] : [])) };
}

function loadOf() {
  return simulatedState({}).plan.load;
}

describe("before the load begins", () => {
  test("the signals are proved", async () => {
    const { did, phases } = await play(true);
    expect(did.slice(0, 2)).toEqual(["proved", "load"]);
    expect(phases).toContain("baseline");
  });

  test("one that cannot be used ends the trial: no load, nothing injected, the stack ended", async () => {
    const { did, phases } = await play(false);
    expect(did).toEqual(["proved", "ended the stack"]);
    expect(phases).toEqual(["boot", "teardown", "done"]);
  });
});
