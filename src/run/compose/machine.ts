// Gets this machine ready for trials: its cores stay awake, and what measures how long stacks wait is calibrated.

import type { AgentPlace } from "../../agent/place.ts";
import { tryLoadFrom } from "../../agent/try-load.ts";
import type { KeptAwake } from "../../core/host.ts";
import type { PressureSampler } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";
import { shareText } from "../../core/text.ts";
import { timeFixedWork } from "../../lib/work-probe.ts";
import type { Ms } from "../../core/units.ts";
import { loadNothing } from "../../load/load-nothing.ts";
import { host, platformNamed } from "../../platforms/index.ts";
import type { Calibration } from "../../records/pressure.ts";
import type { Instrument } from "../../records/instrument.ts";
import { measureInstrument } from "./instrument.ts";
import { calibrationText, instrumentText } from "../../report/environment-text.ts";

/** By the name of the platform; of one where nothing is measured there is none. */
type Samplers = ReadonlyMap<string, PressureSampler>;

/** This machine as long as trials run on it. */
export interface ReadyMachine extends AsyncDisposable {
  readonly coresKeptAwake: number;
  /** Absent where nothing can be calibrated. */
  readonly calibration?: Calibration;
  readonly instrument: Instrument;
  readonly samplers: Samplers;
  /** How long a fixed piece of work took, ms. */
  readonly workMs: Ms;
}

/** What comes on this machine, and whom to tell. */
interface Readying {
  readonly targets: readonly Target[];
  /** The greatest rate of the trials to come, requests a second. */
  readonly askedPerSecond: number;
  /** Environment of our own helper processes. */
  readonly mark: Readonly<Record<string, string>>;
  /** The agent that will send the load; absent: this machine does. */
  readonly loadFrom?: AgentPlace | undefined;
  /** Is called with what was found, a sentence each. */
  readonly note: (says: string) => void;
}

/** Takes some two seconds. */
export async function readyMachine({ targets, askedPerSecond, mark, loadFrom, note }: Readying): Promise<ReadyMachine> {
  const awake = await host.processors.keepAwake(mark);
  const samplers = new Map<string, PressureSampler>();
  const letGo = async (): Promise<void> => {
    for (const sampler of samplers.values()) await sampler[Symbol.asyncDispose]();
    await awake[Symbol.asyncDispose]();
  };
  try {
    if (awake.cores > 0) note(awakeWords(awake));
    for (const name of new Set(targets.map(({ platform }) => platform))) {
      const sampler = await platformNamed(name).openSampler?.();
      if (sampler !== undefined) samplers.set(name, sampler);
    }
    const [calibration] = [...samplers.values()].map((sampler) => sampler.calibration);
    if (calibration !== undefined) note(calibrationText(calibration));
    // After it: what it measures must not be our own load.
    const instrument = await measureInstrument(askedPerSecond, (asked) =>
      loadFrom === undefined ? loadNothing(asked, mark) : tryLoadFrom(loadFrom, asked),
    );
    note(instrumentText(instrument));
    return {
      coresKeptAwake: awake.cores,
      workMs: timeFixedWork(),
      ...(calibration && { calibration }),
      instrument,
      samplers,
      [Symbol.asyncDispose]: letGo,
    };
  } catch (thrown) {
    await letGo();
    throw thrown;
  }
}

function awakeWords({ cores, stolen }: KeptAwake): string {
  return `this machine is a guest (its host took ${shareText(stolen)} of its time since boot): keeping ${cores} cores awake at idle priority`;
}
