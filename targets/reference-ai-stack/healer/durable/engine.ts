// Durable execution on the healer's own state file: the engine for a loop that lives on one machine.
import type { Clock } from "../nouns.ts";
import type { Approval, Engine, FlowRecord, Workflow } from "./flow.ts";
import { createFlow, forgetSteps, stepsOf } from "./flow-on-state.ts";
import type { Json, State } from "./state.ts";
import { createTargetLock } from "./target-lock.ts";

export interface EngineParts {
  readonly state: State;
  /** Resolves when the state holds what an earlier life left. */
  readonly loaded: Promise<void>;
  readonly clock: Clock;
  /** Flows that are kept after their end. */
  readonly kept: number;
}

const FLOWS = "flow";

export function createEngine<Input>(parts: EngineParts): Engine<Input> {
  const { state, clock } = parts;
  const lock = createTargetLock(state);
  const asking = new Map<string, (approval: Approval) => void>();
  const running = new Map<string, Promise<void>>();
  let workflow: Workflow<Input> | undefined;

  const flows = (): readonly FlowRecord<Input>[] =>
    state
      .list(FLOWS)
      .map(([, value]) => value as unknown as FlowRecord<Input>)
      .toSorted((a, b) => Date.parse(a.begun) - Date.parse(b.begun));
  const keep = (record: FlowRecord<Input>): void => state.put(FLOWS, record.id, record as unknown as Json);

  function run(record: FlowRecord<Input>, work: Workflow<Input>): Promise<void> {
    const { id, input } = record;
    const ending = work(createFlow(id, { state, clock, lock, asking }), input).then((outcome) => {
      lock.release(id);
      keep({ ...record, ended: clock.wallTime(), outcome });
      forgetOldest();
    });
    const tracked = ending.finally(() => running.delete(id));
    running.set(id, tracked);
    return tracked;
  }

  function forgetOldest(): void {
    const ended = flows().filter((flow) => flow.ended !== undefined);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - parts.kept))) {
      forgetSteps(state, id);
      state.drop(FLOWS, id);
    }
  }

  return {
    async serve(work) {
      workflow = work;
      await parts.loaded;
      for (const flow of flows()) if (flow.ended === undefined && !running.has(flow.id)) void run(flow, work);
    },
    async start(id, input) {
      if (workflow === undefined) throw new Error("nothing is served yet");
      if (state.get(FLOWS, id) !== undefined) return running.get(id);
      const record = { id, input, begun: clock.wallTime() };
      keep(record);
      return run(record, workflow);
    },
    async settled() {
      await parts.loaded;
      while (running.size > 0) await Promise.all(running.values());
    },
    async answer(id, approval) {
      const take = asking.get(id);
      take?.(approval);
      return take !== undefined;
    },
    flows,
    history: (id) => stepsOf(state, id),
  };
}
