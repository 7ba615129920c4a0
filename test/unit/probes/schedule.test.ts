import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import type { Probe } from "../../../src/core/probe.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { Reading, ReadingEvent } from "../../../src/records/timeline/reading.ts";
import { runProbe } from "../../../src/probes/schedule.ts";

const clock = { now: () => performance.now() };
const fine: Reading = { ok: true, value: 1 };

/** Runs the probe until so many readings are written. */
async function readings(
  count: number,
  everyMs: number,
  look: Probe["look"],
  seed = 1,
): Promise<readonly ReadingEvent[]> {
  const stop = new AbortController();
  const events: ReadingEvent[] = [];
  await runProbe(
    { name: "a.probe", everyMs, look },
    {
      clock,
      seed,
      signal: stop.signal,
      record(event) {
        events.push(event);
        if (events.length === count) stop.abort();
      },
    },
  );
  return events;
}

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("a probe's schedule", () => {
  it("lets any number of probes wait on one signal without a warning of Node's", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    const stop = new AbortController();
    const setting = { clock, seed: 1, signal: stop.signal, record: () => undefined };
    const look = async (): Promise<Reading> => Promise.resolve(fine);
    const running = Array.from({ length: 40 }, async (_, index) =>
      runProbe({ name: `a.probe_${index}`, everyMs: 60_000, look }, setting),
    );
    stop.abort();
    await Promise.all(running);
    await new Promise(setImmediate);
    process.off("warning", listen);
    expect(warnings).toEqual([]);
  });

  it("writes that a look of what lags behind began earlier by as much, and never before the trial did", async () => {
    const stop = new AbortController();
    const events: ReadingEvent[] = [];
    let now = 100;
    const record = (event: ReadingEvent): void => {
      events.push(event);
      if (events.length === 2) stop.abort();
    };
    const look = async (): Promise<Reading> => Promise.resolve(fine);
    const ticking = { now: () => (now += 100) };
    await runProbe(
      { name: "a.probe", everyMs: 10, lagMs: 400, look },
      { clock: ticking, seed: 1, record, signal: stop.signal },
    );
    expect(events.map(({ from }) => from)).toEqual([0, expect.any(Number)]);
    for (const { from, at } of events) expect(at - from).toBeGreaterThan(Math.min(400, at - 1));
  });

  it("looks at multiples of the period from a seeded phase on, however long a look takes", async () => {
    const phase = seededRandom(1, "probe/a.probe").next() * 200;
    const first = performance.now() + phase;
    const events = await readings(3, 200, async () => {
      await pause(50);
      return fine;
    });
    expect(events).toHaveLength(3);
    for (const [index, event] of events.entries()) {
      // Timers may fire a millisecond early, and late on a busy machine.
      expect(event.from - first).toBeGreaterThanOrEqual(index * 200 - 2);
      expect(event.at).toBeGreaterThan(event.from);
      expect(event).toMatchObject({ kind: "reading", probe: "a.probe", reading: fine });
    }
    // If each look were timed from the end of the one before, the distance to the grid would be 50, then 100 ms.
    const offGrid = events.slice(1).map((event) => (event.from - first + 2) % 200);
    expect(Math.min(...offGrid)).toBeLessThan(40);
  });

  it("never has two looks under way and lets the times pass that a long look missed", async () => {
    let underWay = 0;
    let most = 0;
    const events = await readings(4, 20, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await pause(50);
      underWay -= 1;
      return fine;
    });
    expect(most).toBe(1);
    for (const [index, event] of events.entries()) {
      expect(event.from).toBeGreaterThanOrEqual(events[index - 1]?.at ?? -Infinity);
    }
  });

  it("writes down a look that threw as one that saw nothing", async () => {
    const [event] = await readings(1, 10, async () => {
      throw new Error("no eyes");
    });
    expect(event?.reading).toEqual({ ok: false, reason: "no eyes" });
  });

  it("ends at once when told to, and does not write down the look that was cut off", async () => {
    const stop = new AbortController();
    const events: ReadingEvent[] = [];
    const running = runProbe(
      {
        name: "a.probe",
        everyMs: 1,
        look: async () => {
          stop.abort();
          return new Promise<Reading>(() => undefined);
        },
      },
      { clock, seed: 1, signal: stop.signal, record: (event) => events.push(event) },
    );
    await running;
    expect(events).toEqual([]);
  });
});
