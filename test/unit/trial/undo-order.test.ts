// The way back is on disk before any harm, and is taken whatever became of the trial: in its own time, under its own
// signal.

import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import type { Evidence } from "../../../src/records/timeline/fault.ts";
import { inject } from "../../../src/trial/inject.ts";
import { makeRecorder } from "../../../src/trial/recorder.ts";
import { revertAll } from "../../../src/trial/revert.ts";
import type { TrialState } from "../../../src/trial/state.ts";
import { madeFault, well } from "../../builders/made-fault.ts";
import { simulatedState } from "../../builders/simulated-stack.ts";
import type { PlannedDisturbance } from "../../../src/records/plan.ts";

const never = (): Promise<never> => new Promise(() => undefined);

const at = (fault: string): PlannedDisturbance => ({
  type: "fault",
  fault,
  site: { service: "vector", replica: "vector-1" },
  seed: 1,
  params: {},
});

/** A fault that notes what is asked of it. */
function noting(kind: string, notes: string[], over: Partial<Fault> = {}): Fault {
  return madeFault({
    name: kind,
    ...over,
    revert(undo, site, signal) {
      notes.push(`revert ${kind}${signal.aborted ? " (too late)" : ""}`);
      return over.revert?.(undo, site, signal) ?? Promise.resolve(well);
    },
  });
}

interface Told {
  readonly faults: readonly Fault[];
  readonly undo?: Partial<TrialState["deps"]["undo"]>;
  readonly signal?: AbortSignal;
  /** ms. */
  readonly budgets?: { readonly faultMs: number; readonly revertMs: number };
}

/** A trial whose plan has one disturbance of each fault, in that order. */
function trialOf(told: Told): ReturnType<typeof simulatedState> {
  const state = simulatedState({
    plan: { disturbances: told.faults.map(({ name }) => at(name)) },
    faults: told.faults,
    ...(told.signal === undefined ? {} : { signal: told.signal }),
  });
  const budgets = told.budgets ?? { faultMs: 10_000, revertMs: 10_000 };
  return { ...state, deps: { ...state.deps, undo: { ...state.deps.undo, ...told.undo }, budgets } };
}

describe("harm", () => {
  test("is not done before its way back is on the disk, however long the disk takes", async () => {
    const notes: string[] = [];
    let onDisk: (seq: number) => void = () => undefined;
    let asked: () => void = () => undefined;
    const intended = new Promise<void>((resolve) => (asked = resolve));
    const apply = async (): Promise<Evidence> => {
      notes.push("apply");
      return Promise.resolve(well);
    };
    const intend = (): Promise<number> => {
      asked();
      return new Promise((resolve) => (onDisk = resolve));
    };
    const state = trialOf({ faults: [noting("slow", notes, { apply })], undo: { intend } });
    const injecting = inject(state);
    await intended;
    // Everything that could run by now has run.
    await new Promise((resolve) => setImmediate(resolve));
    expect(notes).toEqual([]);
    notes.push("on disk");
    onDisk(1);
    expect(await injecting).toBe(true);
    expect(notes).toEqual(["on disk", "apply"]);
  });

  test("is never done when the way back cannot be written; the trial then says so", async () => {
    const notes: string[] = [];
    const apply = (): Promise<Evidence> => Promise.resolve(well).finally(() => notes.push("apply"));
    const state = trialOf({
      faults: [noting("first", notes, { apply })],
      undo: { intend: () => Promise.reject(new Error("no space left on device")) },
    });
    expect(await inject(state)).toBe(false);
    await revertAll(state);
    expect(notes).toEqual([]);
    expect(state.timeline).toMatchObject([{ step: "unconfirmed", reason: "no space left on device" }]);
  });

  test("that hangs and ignores its signal is given up at its limit, and taken back", async () => {
    const notes: string[] = [];
    const faults = [noting("hangs", notes, { apply: never })];
    const state = trialOf({ faults, budgets: { faultMs: 20, revertMs: 10_000 } });
    expect(await inject(state)).toBe(false);
    await revertAll(state);
    expect(notes).toEqual(["revert hangs"]);
  });
});

test("a fault hears at which sibling the same is in place, and of nothing that is another one", async () => {
  const heard: unknown[] = [];
  const noted = madeFault({
    name: "whole",
    prepare: (_, { replica, doneAt }) => Promise.resolve(heard.push([replica, doneAt])).then(() => null),
  });
  const one = at("whole");
  const second: PlannedDisturbance = { ...one, site: { service: "vector", replica: "vector-2" }, seed: 2 };
  const disturbances = [one, second, { ...second, params: { share: 0.5 } }];
  const state = simulatedState({ plan: { disturbances }, faults: [noted] });
  expect(await inject(state)).toBe(true);
  expect(heard).toEqual([
    ["vector-1", undefined],
    ["vector-2", "vector-1"],
    ["vector-2", undefined],
  ]);
});

describe("taking back", () => {
  test("goes last in first out, under a signal of its own, when the trial's is long aborted and its time is over", async () => {
    const notes: string[] = [];
    const ended = new AbortController();
    const undone: number[] = [];
    const done = (seq: number): Promise<void> => Promise.resolve(void undone.push(seq));
    const faults = [noting("first", notes), noting("second", notes)];
    const state = trialOf({ faults, undo: { done }, signal: ended.signal });
    expect(await inject(state)).toBe(true);
    ended.abort(new Error("the deadline passed"));
    await revertAll(state);
    expect(notes).toEqual(["revert second", "revert first"]);
    expect(undone).toEqual([2, 1]);
  });

  test("of one that hangs, and of one that throws, does not keep the others from being taken back", async () => {
    const notes: string[] = [];
    const undone: number[] = [];
    const done = (seq: number): Promise<void> => Promise.resolve(void undone.push(seq));
    const faults = [
      noting("well", notes),
      noting("throws", notes, { revert: () => Promise.reject(new Error("no answer")) }),
      noting("hangs", notes, { revert: never }),
    ];
    const state = trialOf({ faults, undo: { done }, budgets: { faultMs: 10_000, revertMs: 20 } });
    await inject(state);
    await revertAll(state);
    expect(notes).toEqual(["revert hangs", "revert throws", "revert well"]);
    expect(undone).toEqual([1]);
    expect(state.timeline.filter((event) => event.kind === "fault" && event.step === "revert-failed")).toMatchObject([
      { reason: "took longer than its time limit of 20 ms" },
      { reason: "no answer" },
    ]);
  });

  test("goes on when nobody can write down what happens, and that is known afterwards", async () => {
    const notes: string[] = [];
    const told = trialOf({ faults: [noting("first", notes), noting("second", notes)] });
    const recorder = makeRecorder(told.plan, told.deps.clock, () => {
      throw new Error("the terminal is gone");
    });
    const state = { ...told, recorder };
    await inject(state);
    await revertAll(state);
    expect(notes).toEqual(["revert second", "revert first"]);
    expect(recorder.timeline.filter(({ kind }) => kind === "trouble")).toMatchObject([
      { where: "record", reason: "the terminal is gone", fatal: true },
    ]);
  });

  test("of a fault that was half done, because it threw in the middle, is done as well; and only once", async () => {
    const notes: string[] = [];
    const apply = (): Promise<Evidence> => Promise.reject(new Error("broke off"));
    const state = trialOf({ faults: [noting("half", notes, { apply })] });
    expect(await inject(state)).toBe(false);
    await revertAll(state);
    await revertAll(state);
    expect(notes).toEqual(["revert half"]);
  });
});
