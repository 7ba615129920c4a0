import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EndOrder } from "../../../../src/core/container-controls.ts";
import type { Engine } from "../../../../src/platforms/docker/engine.ts";
import { settled } from "../../../../src/platforms/docker/settled.ts";

const id = "0123456789ab".padEnd(64, "c");
const startedAt = "2026-01-01T00:00:00Z";
const instance = `container 0123456789ab/${startedAt}`;
const { signal } = new AbortController();
const since = 1_000_000;
const stop: EndOrder = { kind: "stop", graceMs: 2_000 };
const kill: EndOrder = { kind: "kill", signal: "SIGTERM" };

interface Event {
  readonly what: string;
  /** ms since the order may have been given. */
  readonly at: number;
}

/**
 * An engine that tells of these events once it is their time, and whose container runs until it tells of its end. Its
 * clock is ahead of ours by `aheadMs`, and to be asked for it takes `wayMs`.
 */
function engineWith(
  events: readonly Event[],
  onLook: () => void,
  { aheadMs = 0, wayMs = 0, says = true }: Clock = {},
): Engine {
  const began = performance.now();
  const now = (): number => performance.now() - began;
  const docker = {
    async info() {
      if (!says) throw new Error("no answer");
      if (wayMs > 0) await new Promise((resolve) => setTimeout(resolve, wayMs));
      return { SystemTime: new Date(Date.now() + aheadMs).toISOString() };
    },
    getContainer: () => ({
      async inspect() {
        onLook();
        const Running = !events.some(({ what, at }) => what === "die" && at <= now());
        return { Id: id, Name: "/shop-web-1", Config: { Labels: {} }, State: { StartedAt: startedAt, Running } };
      },
    }),
    async getEvents({ since: from, until, filters }: { since: number; until: number; filters?: { event: string[] } }) {
      const told = events.filter(({ what, at }) => {
        const atSecond = (since + at + aheadMs) / 1_000;
        return at <= now() && atSecond >= from && atSecond <= until && (filters?.event.includes(what) ?? true);
      });
      const lines = told.map(({ what, at }) =>
        JSON.stringify({ Action: what, timeNano: (since + at + aheadMs) * 1e6, Actor: { Attributes: {} } }),
      );
      return Readable.from(lines.map((line) => `${line}\n`));
    },
  };
  return { host: "unix:///nowhere", docker } as unknown as Engine;
}

interface Clock {
  readonly aheadMs?: number;
  readonly wayMs?: number;
  readonly says?: boolean;
}

const started: Event = { what: "start", at: -5_000 };

// Our clock and the events' own, which begin at `since`, go alike.
beforeEach(() => void vi.useFakeTimers({ now: since }));
afterEach(() => void vi.useRealTimers());

interface Outcome {
  readonly says: string;
  readonly tookMs: number;
  readonly looks: number;
}

async function outcome(order: EndOrder, events: readonly Event[], clock?: Clock): Promise<Outcome> {
  const began = performance.now();
  let looks = 0;
  const engine = engineWith(events, () => (looks += 1), clock);
  const seen: { says?: string } = {};
  const asked = settled(engine, instance, { order, since }, signal).then((says) => (seen.says = says));
  while (seen.says === undefined) await vi.advanceTimersByTimeAsync(10);
  return { says: await asked, tookMs: performance.now() - began, looks };
}

test("waits for the end that a stop will come to, and for the engine's word that it is over", async () => {
  const events = [started, { what: "kill", at: 100 }, { what: "die", at: 2_100 }, { what: "stop", at: 2_600 }];
  const { says, tookMs } = await outcome(stop, events);
  expect(says).toBe("gone");
  expect(tookMs).toBeGreaterThanOrEqual(2_600);
});

test("an instance that is gone by a signal, or was gone before the order, is not waited for", async () => {
  expect(await outcome(kill, [started, { what: "kill", at: 0 }, { what: "die", at: 0 }])).toMatchObject({
    says: "gone",
    looks: 1,
  });
  expect(await outcome(stop, [started, { what: "die", at: -1 }])).toMatchObject({ says: "gone", looks: 1 });
});

test("a stop whose end the engine never tells is over when its grace is", async () => {
  const { says, tookMs } = await outcome(stop, [started, { what: "kill", at: 0 }, { what: "die", at: 0 }]);
  expect(says).toBe("gone");
  expect(tookMs).toBeGreaterThanOrEqual(7_000);
});

test("tells what outlived an order from what was given none, and from what the engine has forgotten", async () => {
  expect(await outcome(kill, [started, { what: "kill", at: 0 }])).toMatchObject({ says: "ending" });
  expect(await outcome(stop, [started, { what: "kill", at: 900 }])).toMatchObject({ says: "ending" });
  expect(await outcome(kill, [started])).toMatchObject({ says: "untold" });
  const { says, tookMs } = await outcome(stop, []);
  expect(says).toBe("unknown");
  expect(tookMs).toBeGreaterThanOrEqual(7_000);
});

test.each([
  ["behind", { aheadMs: -5_000 }],
  ["ahead", { aheadMs: 5_000 }],
  ["not told", { says: false }],
])("nothing follows from silence where the engine's clock is %s", async (_what, clock) => {
  const { says, tookMs } = await outcome(stop, [{ what: "start", at: -20_000 }], clock);
  expect(says).toBe("unknown");
  expect(tookMs).toBeGreaterThanOrEqual(7_000);
  const gone = await outcome(stop, [{ what: "die", at: -6_000 }], clock);
  expect(gone.says).toBe("gone");
  expect(gone.tookMs).toBeGreaterThanOrEqual(7_000);
});

test("a clock that is a little off is taken for ours, and so is one that takes long to be asked for", async () => {
  expect(await outcome(kill, [started], { aheadMs: -60 })).toMatchObject({ says: "untold" });
  expect(await outcome(kill, [started], { wayMs: 400 })).toMatchObject({ says: "untold" });
  // It was ordered right after that was written down, which by its clock was before.
  const killed = [started, { what: "kill", at: 20 }];
  expect(await outcome(kill, killed, { aheadMs: -60 })).toMatchObject({ says: "ending" });
});
