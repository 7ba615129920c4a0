// What comes up after the first end, on a replica whose starts and ends the test decides.

import { describe, expect, test } from "vitest";
import type { ProcessControl, Site } from "../../../../src/core/controls.ts";
import { processCrashLoop } from "../../../../src/faults/process/process-crash-loop.ts";

const first = { instance: "1" };
const params = processCrashLoop.parse({ times: 3, after: "50ms" });

/** A supervisor that starts the next one at each look that finds none, at most so often; a neighbour runs beside it. */
function supervised(starts: number): { control: ProcessControl; ended: string[]; running: () => string | undefined } {
  const ended: string[] = [];
  let running: string | undefined;
  let started = 1;
  const control: ProcessControl = {
    async find() {
      if (running === undefined && started <= starts) running = String((started += 1));
      return running;
    },
    async signal(instance) {
      ended.push(instance);
      if (instance === running) running = undefined;
    },
    isAlive: async (instance) => instance === running || instance === "neighbour",
    isStopped: async () => false,
  };
  return { control, ended, running: () => running };
}

function site(control: ProcessControl): Site {
  return { service: "s", replica: "s-1", seed: 1, undoDir: "/nowhere", controls: { process: control } };
}

test("ends so many of those that come up, and the next one lives", async () => {
  const { control, ended } = supervised(10);
  const words = await processCrashLoop.hold?.(params, first, site(control), AbortSignal.timeout(20_000));
  expect(words).toBe("it was ended 3 more times of 3");
  expect(ended).toEqual(["2", "3", "4"]);
  expect(await control.find()).toBe("5");
});

test("waits for a start that does not come, and says how often it has ended it", async () => {
  const { control, ended } = supervised(1);
  const over = new AbortController();
  const held = processCrashLoop.hold?.(params, first, site(control), over.signal);
  await expect.poll(() => ended).toEqual(["2"]);
  over.abort();
  expect(await held).toBe("it was ended 1 more times of 3");
});

test("ends nothing once it is over, also what came up shortly before", async () => {
  const { control, ended, running } = supervised(10);
  const over = new AbortController();
  const long = processCrashLoop.parse({ times: 3, after: "10s" });
  const held = processCrashLoop.hold?.(long, first, site(control), over.signal);
  await expect.poll(running).toBe("2");
  over.abort();
  expect(await held).toBe("it was ended 0 more times of 3");
  expect(ended).toEqual([]);
});

test("does not count one that ended by itself", async () => {
  const { control, ended } = supervised(10);
  const isAlive: ProcessControl["isAlive"] = async (instance) => instance !== "2" && control.isAlive(instance);
  const find: ProcessControl["find"] = async () => {
    const now = await control.find();
    if (now === "2" && ended.length === 0) await control.signal("2", "SIGKILL");
    return now;
  };
  const words = await processCrashLoop.hold?.(
    params,
    first,
    site({ ...control, find, isAlive }),
    AbortSignal.timeout(20_000),
  );
  expect(words).toBe("it was ended 3 more times of 3");
  expect(ended).toEqual(["2", "3", "4", "5"]);
});

test("goes on after a look that failed", async () => {
  const { control, ended } = supervised(10);
  let looks = 0;
  const find: ProcessControl["find"] = async () => {
    looks += 1;
    if (looks % 2 === 1) throw new Error("no answer in time");
    return control.find();
  };
  await processCrashLoop.hold?.(params, first, site({ ...control, find }), AbortSignal.timeout(20_000));
  expect(ended).toEqual(["2", "3", "4"]);
});

test("fails when the platform refuses, and ends nobody else", async () => {
  const { control, ended } = supervised(10);
  const signal: ProcessControl["signal"] = async () => {
    throw new Error("refusing to signal pid 2: it is not part of the stack under test");
  };
  const held = processCrashLoop.hold?.(params, first, site({ ...control, signal }), AbortSignal.timeout(20_000));
  await expect(held).rejects.toThrow("refusing to signal pid 2");
  expect(ended).toEqual([]);
});

describe("parameters", () => {
  const wrong: [Record<string, unknown>, string][] = [
    [{ times: 0 }, "times: 0, expected at least 1"],
    [{ times: 11 }, "times: 11, expected at most 10"],
    [{ times: 1.5 }, "times: 1.5, expected a whole number from 1 to 10"],
    [{ times: "3" }, 'times: "3", expected a'],
    [{ after: "10ms" }, 'after: "10ms", expected a duration from 50ms to 10s'],
    [{ after: "11s" }, 'after: "11s", expected a duration from 50ms to 10s'],
  ];
  test.each(wrong)("out of bounds are refused: %o", (input, words) => {
    expect(() => processCrashLoop.parse(input)).toThrow(words);
  });

  test("are 3 times and 300 ms when absent", () => {
    expect(processCrashLoop.parse({})).toEqual({ times: 3, after: 300 });
  });
});
