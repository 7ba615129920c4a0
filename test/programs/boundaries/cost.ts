// What an engine's journal adds to one step, and so to one claim: a flow of steps that do nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createEngine } from "../../../targets/reference-ai-stack/healer/durable/engine.ts";
import type { Engine } from "../../../targets/reference-ai-stack/healer/durable/flow.ts";
import { createRestateEngine } from "../../../targets/reference-ai-stack/healer/durable/restate/restate-engine.ts";
import { StateFile } from "../../../targets/reference-ai-stack/healer/durable/state-file.ts";
import type { Clock } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { startRestate } from "../../support/restate-server.ts";
import { freePort } from "../../support/free-port.ts";

export interface StepCost {
  readonly steps: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

const STEPS = 200;
const clock: Clock = {
  now: () => performance.now(),
  wallTime: () => new Date().toISOString(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** On a real file, or on a real server. */
export async function stepCost(kind: "sqlite" | "restate"): Promise<StepCost> {
  const folder = await mkdtemp(join(tmpdir(), "step-cost-"));
  try {
    if (kind === "sqlite") {
      const quiet = { wallTime: clock.wallTime, onTrouble: (): void => undefined };
      const state = new StateFile(join(folder, "state.sqlite"), { ...quiet, mostPages: 10_000 });
      const cost = await measure(createEngine<null>({ state, loaded: state.loaded, clock, kept: 10 }));
      state.close();
      return cost;
    }
    await using server = await startRestate();
    const ignore = (): void => undefined;
    const parts = { server, port: await freePort(), realm: "cost", clock, kept: 10 };
    return await measure(createRestateEngine<null>({ ...parts, onTrouble: ignore, onWarning: ignore }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(engine: Engine<null>): Promise<StepCost> {
  const took: number[] = [];
  await engine.serve(async (flow) => {
    for (let n = 0; n < STEPS; n += 1) {
      const from = performance.now();
      await flow.step(`step ${n}`, `step ${n}`, async () => ({ says: "as long as a short claim is" }));
      took.push(performance.now() - from);
    }
    return "done";
  });
  await engine.start("cost", null);
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { steps: sorted.length, medianMs: at(0.5), p95Ms: at(0.95) };
}
