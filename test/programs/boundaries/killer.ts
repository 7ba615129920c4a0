// Ends this process by SIGKILL at one boundary of one step. On the engine of one machine the boundary is met where the
// state is written; on Restate, whose journal lies elsewhere, around the calls of the flow.
import type { Engine, Flow, StepRecord } from "../../../targets/reference-ai-stack/healer/durable/flow.ts";
import type { State } from "../../../targets/reference-ai-stack/healer/durable/state.ts";

/**
 * `before`: nothing is written yet. `during`: the work has acted outside, or is under way. `after`: its end is
 * unwritten; on Restate, for what only waits, just written.
 */
export interface Boundary {
  readonly key: string;
  readonly phase: "before" | "during" | "after";
}

export interface Killer {
  readonly state: (state: State) => State;
  readonly engine: <Input>(engine: Engine<Input>) => Engine<Input>;
  readonly acts: <Given extends unknown[], Answer>(
    call: (...given: Given) => Promise<Answer>,
  ) => (...given: Given) => Promise<Answer>;
}

/** The case as a whole: its first and its last row. */
export const CASE = "(case)";

/** Steps that only look, think or wait. */
const QUIET = new Set([
  "classify",
  "decide",
  "look before",
  "verify",
  "verify gone",
  "still there",
  "still allowed",
  "sleep",
  "lock",
  "approval",
  "confirm",
]);

function end(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal needs no turn of the event loop; nothing after this line may happen.
  for (;;);
}

export function killerAt(incident: string, kill: Boundary | null, engine: "sqlite" | "restate"): Killer {
  let armed = false;
  const arm = (name: string): void => {
    armed = true;
    // Work that does not act outside is cut in its middle.
    if (QUIET.has(name)) setImmediate(end);
  };
  const killer: Killer = {
    state: (state) => state,
    engine: (whole) => whole,
    acts:
      (call) =>
      async (...given) => {
        const answer = await call(...given);
        if (armed) end();
        return answer;
      },
  };
  if (kill === null) return killer;
  return engine === "sqlite"
    ? { ...killer, state: (state) => killInState(state, { ...kill, key: `${incident} ${kill.key}` }, arm) }
    : { ...killer, engine: (whole) => killInEngine(whole, kill, arm) };
}

function killInState(state: State, { key: wanted, phase }: Boundary, arm: (name: string) => void): State {
  return {
    get: (room, key) => state.get(room, key),
    list: (room) => state.list(room),
    drop: (room, key) => state.drop(room, key),
    put(room, key, value) {
      const record = value as Partial<StepRecord>;
      const meets = (room === "step" && key === wanted) || (room === "flow" && wanted.endsWith(CASE));
      if (meets && record.ended === undefined && phase === "before") end();
      if (meets && record.ended !== undefined && phase === "after") end();
      state.put(room, key, value);
      if (!meets || record.ended !== undefined || phase !== "during") return;
      arm(room === "flow" ? "sleep" : record.kind === "compensation" ? "" : (record.name ?? ""));
    },
  };
}

function killInEngine<Input>(engine: Engine<Input>, kill: Boundary, arm: (name: string) => void): Engine<Input> {
  const { key: wanted, phase } = kill;
  return {
    serve: (workflow) =>
      engine.serve(async (flow, input) => {
        if (wanted === CASE && phase === "during") end();
        const outcome = await workflow(killInFlow(flow, kill, arm), input);
        if (wanted === CASE && phase === "after") end();
        return outcome;
      }),
    async start(id, input) {
      if (wanted === CASE && phase === "before") end();
      return engine.start(id, input);
    },
    settled: () => engine.settled(),
    answer: (id, approval) => engine.answer(id, approval),
    flows: () => engine.flows(),
    history: (id) => engine.history(id),
  };
}

function killInFlow(flow: Flow, { key: wanted, phase }: Boundary, arm: (name: string) => void): Flow {
  const around =
    (inner: Flow["step"], isQuiet: (name: string) => boolean): Flow["step"] =>
    async (name, key, work) => {
      if (key !== wanted) return inner(name, key, work);
      if (phase === "before") end();
      return inner(name, key, async () => {
        if (phase === "during") arm(isQuiet(name) ? name : "");
        const answer = await work();
        if (phase === "after") end();
        return answer;
      });
    };
  const waiting = async <Answer>(key: string, wait: () => Promise<Answer>): Promise<Answer> => {
    if (key !== wanted) return wait();
    if (phase === "before") end();
    const whole = wait();
    if (phase === "during") setImmediate(end);
    const answer = await whole;
    if (phase === "after") end();
    return answer;
  };
  return {
    id: flow.id,
    step: around(
      (...order) => flow.step(...order),
      (name) => QUIET.has(name),
    ),
    compensate: around(
      (...order) => flow.compensate(...order),
      () => false,
    ),
    sleep: (key, ms) => waiting(key, () => flow.sleep(key, ms)),
    awaitApproval: (key, ttlMs) => waiting(key, () => flow.awaitApproval(key, ttlMs)),
    lockTarget: (key, claim) => waiting(key, () => flow.lockTarget(key, claim)),
    unlock: () => flow.unlock(),
  };
}
