import { expect, test } from "vitest";
import type { ToldEnd } from "../../../../src/core/container-controls.ts";
import type { Site } from "../../../../src/core/controls.ts";
import type { Fault } from "../../../../src/core/fault.ts";
import { containerOutOfMemory as written } from "../../../../src/faults/container/container-out-of-memory.ts";

const containerOutOfMemory: Fault = written;

/** A container whose program the kernel ends when its memory is taken; `isStuck`: no score of it can be changed. */
function containerWith(tells: ToldEnd["what"], isStuck = false): { site: Site; log: string[] } {
  const log: string[] = [];
  let lives = true;
  const controls = {
    process: {
      find: async () => (lives ? "a" : undefined),
      signal: async () => undefined,
      isAlive: async () => lives,
      isStopped: async () => false,
    },
    memory: {
      look: async () => ({ room: 5, score: "7" }),
      async fill() {
        lives = false;
        return 3 * 2 ** 20;
      },
      async forgive(_instance: string, score: string) {
        if (isStuck) throw new Error("no right to");
        log.push(`score ${score}`);
      },
    },
    engine: {
      end: async () => undefined,
      policy: async () => "no",
      told: async () => [{ what: tells, at: Date.now() }],
      settled: async () => "gone" as const,
    },
    replica: {
      async ensureRunning() {
        log.push("start");
        lives = true;
        return { started: true, instance: "b" };
      },
    },
  };
  return { site: { service: "web", replica: "web-1", seed: 1, undoDir: "/nowhere", controls }, log };
}

test("is confirmed by the engine's event, and its way back starts what is down", async () => {
  const { site, log } = containerWith("oom");
  const signal = new AbortController().signal;
  const undo = await containerOutOfMemory.prepare({}, site);
  expect(undo).toEqual({ instance: "a", score: "7" });
  const evidence = await containerOutOfMemory.apply({}, undo, site, signal);
  expect(evidence).toMatchObject({ confirmed: true, seen: "it is gone after 3 MiB" });
  expect(await containerOutOfMemory.revert(undo, site, signal)).toMatchObject({ confirmed: true });
  expect(log).toEqual(["score 7", "start"]);
});

test("is not confirmed by an end that was not for memory, nor where it was gone before", async () => {
  const { site } = containerWith("die");
  const undo = await containerOutOfMemory.prepare({}, site);
  const soon = AbortSignal.timeout(200);
  await expect(containerOutOfMemory.apply({}, undo, site, soon)).rejects.toThrow("aborted");
  await expect(containerOutOfMemory.apply({}, undo, site, soon)).rejects.toThrow("was gone before its memory");
});

test("is started again also where its score cannot be given back, which is said and not confirmed", async () => {
  const { site, log } = containerWith("oom", true);
  const signal = new AbortController().signal;
  const undo = await containerOutOfMemory.prepare({}, site);
  await containerOutOfMemory.apply({}, undo, site, signal);
  const evidence = await containerOutOfMemory.revert(undo, site, signal);
  expect(evidence).toMatchObject({ confirmed: false });
  expect(evidence.seen).toContain("could not be given back: no right to");
  expect(log).toEqual(["start"]);
});
