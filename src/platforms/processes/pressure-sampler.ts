// How the target's processes fare for processors, measured beside the trials: one thread looks for all of a run's
// stacks.

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { compiledEntry } from "../../lib/proc.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Calibration, PressureLook } from "../../records/pressure.ts";
import type { PressureSampler, PressureWatched } from "../../core/platform.ts";
import type { PressureEvent } from "../../records/timeline/environment.ts";
import type { Ms } from "../../core/units.ts";
import type { ProcessTree } from "./process-trees.ts";
import type { PressureAnswer, PressureOrder } from "./pressure-worker.ts";
import type { Unstamped } from "../../records/timeline/event.ts";

/** The sampler of this platform. */
export interface ProcessSampler extends PressureSampler {
  /** Writes down what each look saw until the signal; never rejects. Where nothing can be measured it says so once. */
  watch(watched: PressureWatched & { readonly tree: ProcessTree }): Promise<void>;
}

/** Throws HarnessError "bug" for a sampler that another platform made. */
export function ownSampler(sampler: PressureSampler): ProcessSampler {
  if ("watch" in sampler) return sampler as ProcessSampler;
  throw new HarnessError("bug", "this sampler of pressure is another platform's");
}

/** Long enough for some two hundred turns of working and sleeping, ms. */
const calibrateForMs: Ms = 600;
/**
 * A thread that has not answered by then does not work, ms. Long, since a starved machine is what it is there to tell
 * of.
 */
const answerWithinMs: Ms = 30_000;

/**
 * Calibrates (600 ms), and is ready to watch. Never throws: what cannot be measured is said in the calibration and in
 * each trial.
 */
export async function openPressureSampler(): Promise<ProcessSampler> {
  if (process.platform !== "linux") return blind("only Linux tells how long processes wait for a processor");
  const worker = new Worker(compiledEntry(import.meta.url, "platforms/processes/pressure-worker.js"));
  worker.unref();
  const listeners = new Map<string, (fromNs: bigint, atNs: bigint, look: PressureLook) => void>();
  let calibrated: (calibration: Calibration) => void = () => undefined;
  let broken: string | undefined;
  const fail = (reason: string): void => {
    broken ??= reason;
    calibrated({ ok: false, reason });
    const now = process.hrtime.bigint();
    for (const tell of listeners.values()) tell(now, now, { ok: false, reason });
  };
  worker.on("message", (answer: PressureAnswer) => {
    if (answer.kind === "calibrated") return calibrated(answer.calibration);
    for (const [key, look] of answer.looks) listeners.get(key)?.(answer.fromNs, answer.atNs, look);
  });
  worker.on("error", (thrown) => fail(`the thread that measures failed: ${messageOf(thrown)}`));
  const order = (message: PressureOrder): void => worker.postMessage(message);
  const calibration = await new Promise<Calibration>((resolve) => {
    const late = setTimeout(() => fail("the thread that measures did not answer"), answerWithinMs);
    calibrated = (told) => {
      clearTimeout(late);
      resolve(told);
    };
    order({ do: "calibrate", forMs: calibrateForMs });
  });
  return {
    calibration,
    async watch(watched) {
      const reason = broken ?? (calibration.ok ? undefined : calibration.reason);
      if (reason !== undefined) return watched.record(unseen(reason));
      if (watched.signal.aborted) return;
      const epoch = BigInt(watched.epochNs);
      const instant = (ns: bigint): Ms => Number(ns - epoch) / 1e6;
      const key = watched.tree.marker;
      listeners.set(key, (fromNs, atNs, look) =>
        watched.record({ kind: "pressure", from: instant(fromNs), at: instant(atNs), look }),
      );
      order({ do: "add", key, tree: watched.tree });
      await once(watched.signal, "abort");
      listeners.delete(key);
      order({ do: "drop", key });
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

function blind(reason: string): ProcessSampler {
  return {
    calibration: { ok: false, reason },
    watch: async ({ record }) => record(unseen(reason)),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function unseen(reason: string): Unstamped<PressureEvent> {
  return { kind: "pressure", from: 0, look: { ok: false, reason } };
}
