// Hands the machine to a run: platforms, faults, probes and load behind the run's own ports.

import type { AgentPlace } from "../../agent/place.ts";
import { platformNamed } from "../../platforms/index.ts";
import type { ReadyMachine } from "./machine.ts";
import type { TrialPorts } from "../ports.ts";
import { watchTrial } from "./trial-machine.ts";
import { faultTable, startClock, startStack } from "./trial-stack.ts";

type Ready = Pick<ReadyMachine, "samplers" | "instrument">;

/** `mark`: environment of our own helper processes. `loadFrom`: who sends the load, where that is not this machine. */
export function trialPorts(
  { samplers, instrument }: Ready,
  mark: Readonly<Record<string, string>>,
  loadFrom?: AgentPlace,
): TrialPorts {
  return {
    faults: faultTable,
    startClock,
    openMachine(order) {
      const platform = platformNamed(order.target.platform);
      const sampler = samplers.get(platform.name);
      const machine = watchTrial(platform, [order.cacheDir]);
      const context = {
        ...order,
        platform,
        mark,
        machine,
        instrument,
        ...(sampler && { sampler }),
        ...(loadFrom && { loadFrom }),
      };
      return {
        look: () => machine.look(),
        start: (plan, signal) => startStack(context, plan, signal),
      };
    },
  };
}
