// Known truth for the timing of disturbances: faults that note when they act, on the trial's own clock. What the
// timeline says must hold those instants.

import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import type { PlannedDisturbance, Timing } from "../../../src/records/plan.ts";
import type { FaultEvent } from "../../../src/records/timeline/fault.ts";
import { eventsOf } from "../../../src/measure/windows/timeline-view.ts";
import { inject } from "../../../src/trial/inject.ts";
import { revertAll } from "../../../src/trial/revert.ts";
import { startSchedule, type Schedule } from "../../../src/trial/scheduler.ts";
import type { TrialState } from "../../../src/trial/state.ts";
import { madeFault, well } from "../../builders/made-fault.ts";
import { simulatedState, vector } from "../../builders/simulated-stack.ts";

type Did = readonly [what: string, at: number];

interface Played {
  readonly state: TrialState;
  readonly schedule: Schedule;
  readonly did: readonly Did[];
  readonly since: number;
}

/** Plays disturbances of a fault that notes when it acts; each with the timing that is given. */
async function play(timings: readonly (Timing | undefined)[], over: Partial<Fault> = {}): Promise<Played> {
  const did: Did[] = [];
  const from = performance.now();
  const now = (): number => performance.now() - from;
  const fault = madeFault({
    name: "test.fault",
    apply: (_params, undo, site) => {
      site.harmBegins?.();
      did.push([`apply ${JSON.stringify(undo)}`, now()]);
      return Promise.resolve(well);
    },
    prepare: (params) => Promise.resolve((params as { readonly number: number }).number),
    revert: (undo) => {
      did.push([`revert ${JSON.stringify(undo)}`, now()]);
      return Promise.resolve(well);
    },
    ...over,
  });
  const disturbances = timings.map((timing, number): PlannedDisturbance => {
    const site = { service: "vector", replica: "vector-1" };
    return { type: "fault", fault: fault.name, site, seed: number, params: { number }, ...(timing && { timing }) };
  });
  const inventory = () => Promise.resolve({ replicas: [vector(1), vector(2)] });
  const state = simulatedState({ faults: [fault], plan: { disturbances }, now, inventory });
  const since = now();
  expect(await inject(state)).toBe(true);
  return { state, schedule: startSchedule(state, since), did, since };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const what = (did: readonly Did[]): string[] => did.map(([name]) => name);
const faultEvents = ({ recorder }: TrialState): FaultEvent[] => eventsOf(recorder.timeline, "fault");

/** Every harm lies between `harmFrom` and `confirmed`, every way back between `reverting` and `reverted`. */
function expectTruth({ state, did }: Played): void {
  for (const [name, at] of did) {
    const [act, number] = name.split(" ");
    const own = faultEvents(state).filter(({ disturbance }) => disturbance === Number(number));
    const end = own.find(({ step }) => step === (act === "apply" ? "confirmed" : "reverted"));
    const begin = act === "apply" ? end?.harmFrom : own.find(({ step }) => step === "reverting")?.at;
    expect(begin).toBeLessThanOrEqual(at);
    expect(end?.at).toBeGreaterThanOrEqual(at);
  }
}

describe("at", () => {
  test("is never before its time, and what has none comes with the injection", async () => {
    const played = await play([undefined, { atMs: 120 }]);
    expect(what(played.did)).toEqual(["apply 0"]);
    await until(() => played.schedule.isSettled());
    await played.schedule.end();
    expect(what(played.did)).toEqual(["apply 0", "apply 1"]);
    expect(played.did[1]?.[1]).toBeGreaterThanOrEqual(played.since + 120);
    expectTruth(played);
  });

  test("that was not due when the trial ended never comes, and that is said", async () => {
    const { schedule, did, state } = await play([undefined, { atMs: 60_000 }]);
    await schedule.end();
    expect(what(did)).toEqual(["apply 0"]);
    expect(faultEvents(state).at(-1)).toMatchObject({ disturbance: 1, step: "unconfirmed" });
    expect(faultEvents(state).at(-1)?.reason).toContain("never applied: the trial ended before it was due (1m after");
  });
});

describe("for", () => {
  test("takes back what overlaps in the order of its ends, none before its time, and nothing is taken back twice", async () => {
    const played = await play([{ forMs: 250 }, { atMs: 60, forMs: 80 }]);
    await until(() => played.schedule.isSettled());
    await played.schedule.end();
    await revertAll(played.state);
    expect(what(played.did)).toEqual(["apply 0", "apply 1", "revert 1", "revert 0"]);
    expectTruth(played);
    for (const [number, forMs] of [
      [0, 250],
      [1, 80],
    ] as const) {
      const own = faultEvents(played.state).filter(({ disturbance }) => disturbance === number);
      const [confirmed, reverting] = ["confirmed", "reverting"].map((name) => own.find(({ step }) => step === name));
      expect(reverting).toMatchObject({ scheduled: true });
      expect((reverting?.at ?? 0) - (confirmed?.at ?? 0)).toBeGreaterThanOrEqual(forMs - 1);
    }
  });

  test("that cannot be taken back ends the trial, and is tried again with the others", async () => {
    let tries = 0;
    const revert: Fault["revert"] = () => Promise.resolve({ ...well, confirmed: (tries += 1) > 1 });
    const { schedule, state } = await play([{ forMs: 100 }], { revert });
    await until(() => schedule.hasFailed());
    await schedule.end();
    await revertAll(state);
    expect(
      faultEvents(state)
        .map(({ step }) => step)
        .slice(-4),
    ).toEqual(["reverting", "revert-failed", "reverting", "reverted"]);
  });
});

const claim = (type: "detected" | "action.started", state: TrialState): void =>
  state.recorder.record({
    kind: "claim",
    claim: { type, id: type, incident: "i1", reasons: [], time: "2026-11-28T00:00:00Z", scope: { service: "vector" } },
  });

describe("when", () => {
  test("waits for a condition over probes, and comes once it is true", async () => {
    const played = await play([undefined, { when: { condition: "retrieval.self < 0.5" } }]);
    const { state, schedule, did } = played;
    const see = (value: number): void => {
      const at = state.deps.clock.now();
      state.recorder.record({ kind: "reading", probe: "retrieval.self", from: at, at, reading: { ok: true, value } });
    };
    state.recorder.record({ kind: "phase", phase: "baseline", at: 0 });
    see(0.9);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(what(did)).toEqual(["apply 0"]);
    expect(schedule.isWaiting()).toBe(true);
    const became = state.deps.clock.now();
    see(0.2);
    await until(() => !schedule.isWaiting() && did.length === 2);
    await schedule.end();
    expect(did[1]?.[1]).toBeGreaterThanOrEqual(became);
    expectTruth(played);
    expect(faultEvents(state).find(({ step }) => step === "due")?.reason).toBe(
      "retrieval.self < 0.5 came true (retrieval.self 0.2)",
    );
  });

  test("waits for a claim of that type", async () => {
    const { state, schedule, did } = await play([undefined, { when: { claim: "detected" } }]);
    claim("action.started", state);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(what(did)).toEqual(["apply 0"]);
    claim("detected", state);
    await until(() => did.length === 2);
    await schedule.end();
  });

  test("that never came true is never applied, and the trial says what it waited for", async () => {
    const { state, schedule, did } = await play([undefined, { when: { claim: "closed" } }]);
    await schedule.end();
    expect(what(did)).toEqual(["apply 0"]);
    expect(faultEvents(state).at(-1)?.reason).toContain("(once the healer claims closed)");
  });
});

describe("during: recovery", () => {
  test("comes with the healer's first action, by its word", async () => {
    const { state, schedule, did } = await play([undefined, { during: "recovery" }]);
    claim("detected", state);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(what(did)).toEqual(["apply 0"]);
    claim("action.started", state);
    await until(() => did.length === 2);
    await schedule.end();
  });

  test("comes with its first side effect on a disturbed site, where it says nothing", async () => {
    const { state, schedule, did } = await play([undefined, { during: "recovery" }]);
    const at = state.deps.clock.now() + 1;
    const change = { service: "vector", replica: "vector-1", field: "weight", before: 1, after: 0 } as const;
    const inventory = { replicas: [vector(1), vector(2)] };
    await until(() => state.deps.clock.now() > at);
    state.recorder.record({ kind: "inventory", at, from: at, lastSameFrom: at - 1, inventory, changes: [change] });
    await until(() => did.length === 2);
    await schedule.end();
  });
});

describe("hold", () => {
  test("keeps an effect up from when it was confirmed until right before it is taken back", async () => {
    const notes: string[] = [];
    const hold: Fault["hold"] = async (_params, _undo, _site, signal) => {
      notes.push("holds");
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      notes.push("let go");
      return "kept at 3";
    };
    const revert: Fault["revert"] = () => (notes.push("reverts"), Promise.resolve(well));
    const { state, schedule } = await play([{ forMs: 100 }], { hold, revert });
    await until(() => schedule.isSettled());
    await schedule.end();
    expect(notes).toEqual(["holds", "let go", "reverts"]);
    const back = eventsOf(state.recorder.timeline, "fault").find(({ step }) => step === "reverted");
    expect(back?.evidence?.seen).toBe(`${well.seen}; while it was in place: kept at 3`);
  });

  test("that fails ends the trial with the reason", async () => {
    const hold = (): Promise<undefined> => Promise.reject(new Error("the pressure fell"));
    const { state, schedule } = await play([undefined], { hold });
    await until(() => state.recorder.over.aborted);
    await schedule.end();
    expect(eventsOf(state.recorder.timeline, "trouble")[0]?.reason).toBe(
      "test.fault could not be kept up: the pressure fell",
    );
  });
});
