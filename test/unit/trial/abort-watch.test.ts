// abort_if while faults are being put in place and while they are: what is under way ends, and all that was done is
// taken back.

import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { underAbortWatch } from "../../../src/trial/abort-watch.ts";
import { inject } from "../../../src/trial/inject.ts";
import { revertAll } from "../../../src/trial/revert.ts";
import type { TrialState } from "../../../src/trial/state.ts";
import { madeFault, well } from "../../builders/made-fault.ts";
import { simulatedState } from "../../builders/simulated-stack.ts";

const abortIf = [{ name: "recall-lost", expression: "retrieval.self < 0.5", view: "state" as const }];
const at = (fault: string): TrialPlan["disturbances"][number] => ({
  type: "fault",
  fault,
  site: { service: "vector", replica: "vector-1" },
  seed: 1,
  params: {},
});

/** What a probe sees from now on, as `runProbes` would write it down. */
function see(state: TrialState, value: number): void {
  const now = state.deps.clock.now();
  state.recorder.record({ kind: "reading", probe: "retrieval.self", from: now, at: now, reading: { ok: true, value } });
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** A fault that notes what is asked of it; `during` happens while it is being applied. */
function noting(
  kind: string,
  notes: string[],
  during: (signal: AbortSignal) => Promise<void> = () => Promise.resolve(),
): Fault {
  return madeFault({
    name: kind,
    async apply(_params, _undo, _site, signal) {
      notes.push(`apply ${kind}`);
      await during(signal);
      signal.throwIfAborted();
      return well;
    },
    revert(_undo, _site, signal) {
      notes.push(`revert ${kind}${signal.aborted ? " (too late)" : ""}`);
      return Promise.resolve(well);
    },
  });
}

describe("a trial under an abort watch", () => {
  test("goes on to its end as long as no condition is true, and nothing is written down", async () => {
    const state = simulatedState({ plan: { abortIf } });
    see(state, 1);
    let done = false;
    expect(await underAbortWatch(state, async () => void (done = await Promise.resolve(true)))).toBe(false);
    expect(done).toBe(true);
    expect(state.timeline.filter(({ kind }) => kind === "abort")).toEqual([]);
  });

  test("ends what is under way as soon as a condition is true, and says which one, once", async () => {
    const state = simulatedState({ plan: { abortIf } });
    const aborted = await underAbortWatch(state, async ({ signal }) => {
      see(state, 0.2);
      await ended(signal);
    });
    expect(aborted).toBe(true);
    expect(state.signal.aborted).toBe(false);
    expect(state.timeline.filter(({ kind }) => kind === "abort")).toMatchObject([
      { name: "recall-lost", values: { "retrieval.self": 0.2 } },
    ]);
  });

  test("ends what is under way when its guard goes blind", async () => {
    let now = 6000;
    const state = simulatedState({ plan: { abortIf }, now: () => now });
    const aborted = await underAbortWatch(state, async ({ signal }) => {
      now = 20_000;
      await ended(signal);
    });
    expect(aborted).toBe(true);
    expect(state.timeline).toMatchObject([{ kind: "abort", blind: { forMs: 14_000 } }]);
  });

  test("that is stopped from outside ends too, and is not called aborted by its guard", async () => {
    const stop = new AbortController();
    const state = simulatedState({ plan: { abortIf }, signal: stop.signal });
    const aborted = await underAbortWatch(state, async ({ signal }) => {
      stop.abort();
      await ended(signal);
    });
    expect(aborted).toBe(false);
  });

  test("whose work fails, fails with it", async () => {
    const state = simulatedState({ plan: { abortIf } });
    await expect(underAbortWatch(state, () => Promise.reject(new Error("broke")))).rejects.toThrow("broke");
  });
});

describe("a condition that comes true while the second of two faults is being applied", () => {
  async function abortDuringSecond(): Promise<{ notes: string[]; state: ReturnType<typeof simulatedState> }> {
    const notes: string[] = [];
    const bad = async (signal: AbortSignal): Promise<void> => {
      see(state, 0.2);
      await ended(signal);
    };
    const faults = [noting("first", notes), noting("second", notes, bad), noting("third", notes)];
    const state = simulatedState({ faults, plan: { abortIf, disturbances: ["first", "second", "third"].map(at) } });
    expect(await underAbortWatch(state, async (guarded) => void (await inject(guarded)))).toBe(true);
    await revertAll(state);
    return { notes, state };
  }

  test("ends that apply, begins no further one, and takes both back, last in first out", async () => {
    const { notes, state } = await abortDuringSecond();
    expect(notes).toEqual(["apply first", "apply second", "revert second", "revert first"]);
    expect(state.applied).toEqual([]);
    expect(
      state.timeline.flatMap((event) => (event.kind === "fault" ? `${event.disturbance} ${event.step}` : [])),
    ).toEqual([
      "0 applying",
      "0 confirmed",
      "1 applying",
      "1 unconfirmed",
      "1 reverting",
      "1 reverted",
      "0 reverting",
      "0 reverted",
    ]);
  });
});
