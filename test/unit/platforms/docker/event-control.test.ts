// When an engine elsewhere told of something, by its clock and ours: known to the round trips that compare them.

import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { eventControl } from "../../../../src/platforms/docker/event-control.ts";
import type { Engine } from "../../../../src/platforms/docker/engine.ts";

const hour = 3_600_000;
const id = "0123456789abcdef";
const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** An engine of another machine, whose clock is ahead by `aheadMs()` and which takes `wayMs` to be asked. */
function engineElsewhere(aheadMs: () => number, { wayMs = 0, lines = (): readonly object[] => [] } = {}) {
  const asked: { since: number; until: number }[] = [];
  const docker = {
    getContainer: () => ({
      inspect: async () => ({
        Id: id,
        Name: "/vec",
        State: { Pid: 0, Running: true, StartedAt: "" },
        Config: { Labels: {} },
      }),
    }),
    info: async () => {
      await delay(wayMs);
      return { SystemTime: new Date(Date.now() + aheadMs()).toISOString() };
    },
    getEvents: async (what: { since: number; until: number }) => {
      asked.push(what);
      return Readable.from(lines().map((line) => `${JSON.stringify(line)}\n`));
    },
  };
  return { engine: { host: "tcp://127.0.0.1:1", docker } as unknown as Engine, asked };
}

/** Its event of just now: of a moment at which the clock moves on, as whole milliseconds are rounded down. */
function eventNow(aheadMs: number, Attributes: object = {}): object {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return { timeNano: (now + aheadMs) * 1e6, Actor: { Attributes } };
}

describe("an event of an engine on another machine", () => {
  test("is put on our clock, known to half a round trip, and asked for in the engine's own time", async () => {
    const lines: object[] = [];
    const { engine, asked } = engineElsewhere(() => hour, { wayMs: 30, lines: () => lines });
    const hearing = await eventControl({ engine }).hear(id);
    const before = monotonicMs();
    lines.push(eventNow(hour));
    const after = monotonicMs();
    const [told] = await hearing.told("die");
    expect(told?.lo).toBeLessThanOrEqual(after);
    expect(told?.hi).toBeGreaterThanOrEqual(before);
    expect((told?.hi ?? 0) - (told?.lo ?? 0)).toBeGreaterThan(30);
    const [{ since, until } = { since: 0, until: 0 }] = asked;
    expect(until).toBeGreaterThan((Date.now() + hour - 1_000) / 1_000);
    expect(since).toBeLessThan((Date.now() + hour) / 1_000);
  });

  test("is known to no better than the clock jumped since we began to listen", async () => {
    let ahead = hour;
    const { engine } = engineElsewhere(() => ahead, { lines: () => [eventNow(hour)] });
    const hearing = await eventControl({ engine }).hear(id);
    const at = monotonicMs();
    ahead += 400;
    const [told] = await hearing.told("die");
    expect(told?.lo).toBeLessThanOrEqual(at);
    expect(told?.hi).toBeGreaterThanOrEqual(at);
    expect((told?.hi ?? 0) - (told?.lo ?? 0)).toBeGreaterThan(700);
  });

  test("that is another container's, or none that we know, is not heard", async () => {
    const lines = [eventNow(0, { container: "other" }), { odd: true }, eventNow(0, { container: id })];
    const { engine } = engineElsewhere(() => 0, { lines: () => lines });
    const hearing = await eventControl({ engine }).hear(id);
    expect(await hearing.told("disconnect")).toHaveLength(1);
  });
});
