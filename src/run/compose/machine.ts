// Gets this machine ready for trials: its cores stay awake, and what measures how long stacks wait is calibrated.

import type { KeptAwake } from "../../core/host.ts";
import type { PressureSampler } from "../../core/stack.ts";
import { shareText } from "../../core/text.ts";
import { host, platformNamed } from "../../platforms/index.ts";
import type { Calibration } from "../../records/pressure.ts";
import { calibrationText } from "../../report/environment-text.ts";

/** This machine as long as trials run on it. */
export interface ReadyMachine extends AsyncDisposable {
  readonly coresKeptAwake: number;
  /** Absent where nothing can be calibrated. */
  readonly calibration?: Calibration;
  readonly sampler?: PressureSampler;
}

/** `mark`: environment of our own helper processes; `note` is called with what was found, a sentence each. */
export async function readyMachine(
  mark: Readonly<Record<string, string>>,
  note: (says: string) => void,
): Promise<ReadyMachine> {
  const awake = await host.processors.keepAwake(mark);
  try {
    if (awake.cores > 0) note(awakeWords(awake));
    const sampler = await platformNamed().openSampler?.();
    if (sampler !== undefined) note(calibrationText(sampler.calibration));
    return {
      coresKeptAwake: awake.cores,
      ...(sampler && { sampler, calibration: sampler.calibration }),
      async [Symbol.asyncDispose]() {
        await sampler?.[Symbol.asyncDispose]();
        await awake[Symbol.asyncDispose]();
      },
    };
  } catch (thrown) {
    await awake[Symbol.asyncDispose]();
    throw thrown;
  }
}

function awakeWords({ cores, stolen }: KeptAwake): string {
  return `this machine is a guest (its host took ${shareText(stolen)} of its time since boot): keeping ${cores} cores awake at idle priority`;
}
