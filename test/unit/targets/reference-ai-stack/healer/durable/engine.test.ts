// Durable execution over a state without a file: what one life leaves, the next one goes on with. The kill at every
// boundary, with real processes and files, is in test/contract/step-boundaries.test.ts.
import { expect, test } from "vitest";
import { createEngine } from "../../../../../../targets/reference-ai-stack/healer/durable/engine.ts";
import type { Flow } from "../../../../../../targets/reference-ai-stack/healer/durable/flow.ts";
import type { State } from "../../../../../../targets/reference-ai-stack/healer/durable/state.ts";
import type { Target } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { createMemoryState, mortal } from "../memory-state.ts";
import { createVirtualClock } from "../virtual-clock.ts";

const clock = createVirtualClock();
const never = new Promise<never>(() => undefined);

/** A new life on the same state. */
function live(state: State, work: (flow: Flow, input: string) => Promise<string>, kept = 100) {
  const engine = createEngine<string>({ state, loaded: Promise.resolve(), clock, kept });
  void engine.serve(work);
  return engine;
}

const vector: Target = { scope: "replica", service: "vector", replica: "vector-1" };
const claim = { targets: [vector], leaseMs: 60_000, waitMs: 1000 };

test("a step that was done answers what it answered, and only what is left is done by the next life", async () => {
  const state = createMemoryState();
  const done: string[] = [];
  const work =
    (second: () => Promise<number>) =>
    async (flow: Flow, input: string): Promise<string> => {
      const first = await flow.step("first", "k1", async () => {
        done.push(input);
        return { n: 41 };
      });
      return `${first.n + (await flow.step("second", "k2", second))}`;
    };
  void live(
    state,
    work(() => never),
  ).start("f1", "once");
  await clock.pass(0);
  const next = live(
    state,
    work(async () => 1),
  );
  await next.settled();
  await clock.pass(0);
  expect(done).toEqual(["once"]);
  expect(next.flows()).toMatchObject([{ id: "f1", outcome: "42" }]);
  expect(next.history("f1").map(({ key, seq, answer }) => [seq, key, answer])).toEqual([
    [1, "k1", { n: 41 }],
    [2, "k2", 1],
  ]);
});

test("a flow that was begun is not begun again under its id", async () => {
  let begun = 0;
  const engine = live(createMemoryState(), async () => `${(begun += 1)}`);
  await Promise.all([engine.start("f1", ""), engine.start("f1", "")]);
  await engine.start("f1", "");
  expect(begun).toBe(1);
});

test("one key for two steps is refused, rather than answered with the other's answer", async () => {
  const engine = live(createMemoryState(), async (flow) => {
    await flow.step("first", "k1", async () => 1);
    return flow.step("second", "k1", async () => "2").catch((error: Error) => error.message);
  });
  await engine.start("f1", "");
  expect(engine.flows()[0]?.outcome).toBe("f1: the key k1 is first's and second asks for it");
});

test("a sleep is counted from its first begin, over a restart", async () => {
  const state = createMemoryState();
  const work = async (flow: Flow): Promise<string> => {
    await flow.sleep("wait", 10_000);
    return "awake";
  };
  const first = mortal(state);
  void live(first.state, work).start("f1", "");
  await clock.pass(4000);
  first.die();
  const next = live(state, work);
  await clock.pass(5999);
  expect(next.flows()[0]?.outcome).toBeUndefined();
  await clock.pass(1);
  expect(next.flows()[0]?.outcome).toBe("awake");
});

test("an approval is taken once, with who gave it, and expires counted from when it was first asked", async () => {
  const ask = async (flow: Flow): Promise<string> => {
    const { answer, by } = await flow.awaitApproval("approval", 60_000);
    return `${answer} by ${by}`;
  };
  const state = createMemoryState();
  const first = mortal(state);
  const before = live(first.state, ask);
  void before.start("f1", "");
  void before.start("f2", "");
  await clock.pass(30_000);
  first.die();
  const next = live(state, ask);
  await clock.pass(0);
  expect(await next.answer("f1", { answer: "denied", by: "ada" })).toBe(true);
  expect(await next.answer("f1", { answer: "granted", by: "eve" })).toBe(false);
  expect(await next.answer("f9", { answer: "granted", by: "eve" })).toBe(false);
  await clock.pass(29_999);
  expect(next.flows().map(({ outcome }) => outcome)).toEqual(["denied by ada", undefined]);
  await clock.pass(1);
  expect(next.flows().map(({ outcome }) => outcome)).toEqual(["denied by ada", "expired by nobody"]);
  expect(await next.answer("f2", { answer: "granted", by: "eve" })).toBe(false);
});

test("a lock is waited for, refused after its deadline, and kept by its flow over a restart", async () => {
  const state = createMemoryState();
  const hold = async (flow: Flow): Promise<string> => {
    const isMine = await flow.lockTarget("lock", claim);
    if (isMine && flow.id === "holder") await never;
    return String(isMine);
  };
  void live(state, hold).start("holder", "");
  await clock.pass(0);
  const next = live(state, hold);
  void next.start("late", "");
  for (let n = 0; n < 12; n += 1) await clock.pass(100);
  expect(next.flows().find(({ id }) => id === "late")?.outcome).toBe("false");
});

const gateway: Target = { scope: "replica", service: "gateway", replica: "gateway" };
const inference: Target = { scope: "service", service: "inference" };
const one: Target = { scope: "replica", service: "inference", replica: "inference-1" };

test.each(["hangs", "is dead"])(
  "a holder that %s keeps what its target calls until its lease ends, and not longer",
  async (fate) => {
    const state = createMemoryState();
    const took = new Map<string, number>();
    const work = async (flow: Flow, input: string): Promise<string> => {
      const [targets, leaseMs] = input === "holds" ? [[gateway, inference], 5000] : [[one], 60_000];
      const isMine = await flow.lockTarget("lock", { targets, leaseMs, waitMs: 12_000 });
      if (isMine) took.set(flow.id, clock.now());
      return input === "holds" ? never : String(isMine);
    };
    const first = mortal(state);
    const holder = live(first.state, work);
    const from = clock.now();
    void holder.start("holder", "holds");
    await clock.pass(100);
    if (fate === "is dead") first.die();
    // A life that cannot read the holder's case: nobody goes on with it.
    state.drop("flow", "holder");
    const other = fate === "is dead" ? live(state, work) : holder;
    void other.start("waits", "one of them");
    for (let n = 0; n < 120 && !took.has("waits"); n += 1) await clock.pass(100);
    const waited = (took.get("waits") ?? Infinity) - from;
    expect(waited).toBeGreaterThanOrEqual(5000);
    expect(waited).toBeLessThan(5300);
  },
);

test("who lost its lease while it was dead does not act on what another has by now", async () => {
  const state = createMemoryState();
  const work = async (flow: Flow, input: string): Promise<string> => {
    try {
      await flow.lockTarget("lock", claim);
      return input === "hangs" ? await never : "acts";
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
  };
  void live(state, work).start("dead", "hangs");
  await clock.pass(0);
  await clock.pass(61_000);
  const other = live(createMemoryState(), work);
  expect(other.flows()).toEqual([]);
  // The other one takes the target as soon as the lease is over, and before the dead one lives again.
  state.put("lease", "other", { targets: [{ ...vector }], until: Date.parse(clock.wallTime()) + 60_000 });
  const next = live(state, work);
  for (let n = 0; n < 12; n += 1) await clock.pass(100);
  expect(next.flows()[0]?.outcome).toContain("dead has lost its lock");
});

test("of the flows that ended only the newest are kept, and none that is under way is forgotten", async () => {
  const state = createMemoryState();
  const engine = live(
    state,
    async (flow, input) => {
      await flow.step("one", "k", async () => 1);
      return input === "hangs" ? never : "done";
    },
    3,
  );
  void engine.start("hangs", "hangs");
  for (let n = 0; n < 6; n += 1) {
    await clock.pass(1);
    await engine.start(`f${n}`, "");
  }
  expect(engine.flows().map(({ id }) => id)).toEqual(["hangs", "f3", "f4", "f5"]);
  expect(engine.history("f0")).toEqual([]);
  expect(state.list("step")).toHaveLength(4);
});
