// Hands the machine to a run: platforms, faults, probes and load behind the run's own ports.

import { platformNamed } from "../../platforms/index.ts";
import type { ReadyMachine } from "./machine.ts";
import type { TrialPorts } from "../ports.ts";
import { watchTrial } from "./trial-machine.ts";
import { faultTable, startClock, startStack } from "./trial-stack.ts";

type Ready = Pick<ReadyMachine, "samplers" | "instrument">;

/** `mark`: environment of our own helper processes. */
export function trialPorts({ samplers, instrument }: Ready, mark: Readonly<Record<string, string>>): TrialPorts {
  return {
    faults: faultTable,
    startClock,
    openMachine(order) {
      const platform = platformNamed(order.target.platform);
      const sampler = samplers.get(platform.name);
      const machine = watchTrial(platform, [order.cacheDir]);
      const context = { ...order, platform, mark, machine, instrument, ...(sampler && { sampler }) };
      return {
        look: () => machine.look(),
        start: (plan, signal) => startStack(context, plan, signal),
      };
    },
  };
}
