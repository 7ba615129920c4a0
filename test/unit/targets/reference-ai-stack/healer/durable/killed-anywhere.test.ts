// Any flow, killed at any write and after any effect, again and again: it ends with the same answer, and each effect is
// there once, as long as its receiver knows its keys.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createEngine } from "../../../../../../targets/reference-ai-stack/healer/durable/engine.ts";
import type { Flow } from "../../../../../../targets/reference-ai-stack/healer/durable/flow.ts";
import type { State } from "../../../../../../targets/reference-ai-stack/healer/durable/state.ts";
import type { Target } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { createMemoryState } from "../memory-state.ts";
import { createVirtualClock } from "../virtual-clock.ts";

type Part = "act" | "act twice" | "take back" | "sleep" | "lock" | "ask";

const target: Target = { scope: "replica", service: "vector", replica: "vector-1" };
const never = new Promise<never>(() => undefined);

/** A receiver that does each key once. */
function createReceiver() {
  const done: string[] = [];
  const answers = new Map<string, number>();
  return {
    done,
    take(key: string): number {
      const known = answers.get(key);
      if (known !== undefined) return known;
      done.push(key);
      answers.set(key, done.length);
      return done.length;
    },
  };
}

/** One life that is over after some moments (writes, and effects before their answer is known). */
function createLife(disk: State, moments: number) {
  let left = moments;
  const isDead = (): boolean => left <= 0;
  const write = (change: () => void): void => {
    // Dead before the write, or right after it.
    if (isDead()) return;
    left -= 1;
    change();
  };
  const state: State = {
    get: (room, key) => disk.get(room, key),
    list: (room) => disk.list(room),
    put: (room, key, value) => write(() => disk.put(room, key, value)),
    drop: (room, key) => write(() => disk.drop(room, key)),
  };
  return {
    state,
    isDead,
    act: async (effect: () => number): Promise<number> => {
      if (isDead()) return never;
      const answer = effect();
      left -= 1;
      return isDead() ? never : answer;
    },
  };
}

async function runOn(parts: readonly Part[], flow: Flow, act: (key: string) => Promise<number>): Promise<string> {
  const answers: unknown[] = [];
  for (const [n, part] of parts.entries()) {
    const key = `${n}`;
    if (part === "sleep") await flow.sleep(key, 1000);
    else if (part === "lock") answers.push(await flow.lockTarget(key, { targets: [target], leaseMs: 1e6, waitMs: 0 }));
    else if (part === "ask") answers.push((await flow.awaitApproval(key, 1000)).answer);
    else {
      const work = async (): Promise<number> => {
        const first = await act(`${key}a`);
        return part === "act twice" ? first + (await act(`${key}b`)) : first;
      };
      answers.push(await (part === "take back" ? flow.compensate(part, key, work) : flow.step(part, key, work)));
    }
  }
  return JSON.stringify(answers);
}

/** Lives until the flow has ended; each is over after the next number of moments, the last one never. */
async function liveOn(parts: readonly Part[], lives: readonly number[]) {
  const clock = createVirtualClock();
  const disk = createMemoryState();
  const receiver = createReceiver();
  for (const moments of [...lives, Infinity]) {
    const life = createLife(disk, moments);
    const engine = createEngine<null>({ state: life.state, loaded: Promise.resolve(), clock, kept: 10 });
    const act = (key: string): Promise<number> => life.act(() => receiver.take(key));
    void engine.serve((flow) => runOn(parts, flow, act));
    await clock.pass(0);
    void engine.start("f", null);
    // Each part waits at most once.
    for (let n = 0; n <= parts.length && !life.isDead(); n += 1) await clock.pass(1000);
  }
  const [flow] = createEngine<null>({ state: disk, loaded: Promise.resolve(), clock, kept: 10 }).flows();
  return { outcome: flow?.outcome, done: receiver.done };
}

test("an effect is neither doubled nor lost, wherever and however often its healer is killed", async () => {
  const part = fc.constantFrom<Part>("act", "act", "act twice", "take back", "sleep", "lock", "ask");
  const kills = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), kills, async (parts, lives) => {
      const whole = await liveOn(parts, []);
      expect(whole.outcome).toBeDefined();
      expect(await liveOn(parts, lives)).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});
