// Going back to the primary way without flapping.

import { setImmediate as settle } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import type { PathName } from "../../../../../targets/reference-ai-stack/common/members.ts";
import {
  afterLook,
  endWayBack,
  goBackWhenWhole,
  holdMs,
  WAY_BACK,
  wholeOf,
} from "../../../../../targets/reference-ai-stack/supervisor/way-back.ts";

beforeEach(() => void vi.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(() => vi.restoreAllMocks());

/**
 * A service that is rerouted whenever its primary is lost while in use, over `ms` of a link of which `isUp` tells;
 * gives the times of its changes.
 */
async function changesOver(ms: number, isUp: (at: number) => boolean): Promise<readonly number[]> {
  const link = { now: 0, path: "primary" as PathName, upSince: null as number | null };
  const changes: number[] = [];
  const change = (to: PathName): void => void ((link.path = to), changes.push(link.now));
  const pass = (steps: number): void => {
    for (let n = 0; n < steps; n += 1) {
      link.now += 250;
      link.upSince = isUp(link.now) ? (link.upSince ?? link.now) : null;
    }
  };
  const traffic = { pathOf: () => link.path };
  const over = (): boolean => link.now >= ms;
  while (!over() && link.path === "primary") {
    pass(1);
    if (isUp(link.now)) continue;
    change("alternative");
    await goBackWhenWhole({
      service: "inference",
      traffic,
      gatewayPort: 9,
      back: async () => (change("primary"), null),
      log: createLogger("way-back-test"),
      now: () => link.now,
      look: async () => (link.upSince === null ? 0 : link.now - link.upSince),
      sleep: async (step) => {
        if (over()) throw new Error("over");
        pass(step / 250);
      },
    });
  }
  return changes;
}

test.each([
  ["1 s down, 1 s up", 1000, 1000],
  ["4 s down, 6 s up", 4000, 6000],
  ["10 s down, 29 s up", 10_000, 29_000],
])("a link that flaps faster than the first hold, %s, is left once and not gone back to", async (_, down, up) => {
  expect(await changesOver(300_000, (at) => at % (down + up) >= down)).toHaveLength(1);
});

test("a link whose whole stretches outlast the hold is gone back to ever later", async () => {
  const changes = await changesOver(600_000, (at) => at % 60_000 >= 20_000);
  // Lost at 0, back after 30 s of 40, lost again at 60 s: the hold is 60 s by then, and no stretch is that long.
  expect(changes).toEqual([250, 50_250, 60_000]);
});

test("a primary that stays whole is gone back to after the first hold", async () => {
  expect(await changesOver(300_000, (at) => at >= 5000)).toEqual([250, 35_250]);
});

test("a primary that was whole for long before the reroute must be whole for the hold since then", async () => {
  let [now, path] = [0, "alternative"];
  await goBackWhenWhole({
    service: "inference",
    traffic: { pathOf: () => path as PathName },
    gatewayPort: 9,
    back: async () => ((path = "primary"), null),
    log: createLogger("way-back-test"),
    now: () => now,
    look: async () => 3_600_000 + now,
    sleep: async (step) => void (now += step),
  });
  expect(now).toBe(WAY_BACK.firstHoldMs);
});

test("an order that fails is given again: the stack does not stay on the alternative for good", async () => {
  let [now, path, orders] = [0, "alternative", 0];
  await goBackWhenWhole({
    service: "inference",
    traffic: { pathOf: () => path as PathName },
    gatewayPort: 9,
    back: async () => {
      orders += 1;
      if (orders < 3) throw new Error("nobody answered");
      path = "primary";
      return null;
    },
    log: createLogger("way-back-test"),
    now: () => now,
    look: async () => now,
    sleep: async (step) => void (now += step),
  });
  expect([path, orders]).toEqual(["primary", 3]);
});

test("a primary that is slow beside the alternative is not whole, however long it has answered", () => {
  const ways = (primary: number | null, other: number | null) => [
    { path: "primary", ms: primary, wholeMs: 50_000 },
    { path: "alternative", ms: other, wholeMs: 60_000 },
  ];
  expect(wholeOf(ways(5, 20))).toEqual([50_000]);
  expect(wholeOf(ways(250, 20))).toEqual([0]);
  expect(wholeOf(ways(250, null))).toEqual([50_000]);
  expect(wholeOf([])).toEqual([]);
});

test("the hold doubles with each loss, up to its bound", () => {
  expect([1, 2, 3, 4, 5, 50].map((losses) => holdMs({ losses }))).toEqual([
    30_000, 60_000, 120_000, 240_000, 300_000, 300_000,
  ]);
});

test("less long whole than at the look before means lost in between, however short that was", () => {
  const before = { losses: 1, wholeMs: 20_000 };
  expect(afterLook(before, 20_500)).toEqual({ losses: 1, wholeMs: 20_500 });
  expect(afterLook(before, 300)).toEqual({ losses: 2, wholeMs: 300 });
});

test("whoever decides on the way ends the wait, and nobody goes back over that", async () => {
  let path: PathName = "alternative";
  const traffic = { pathOf: () => path };
  const back = vi.fn(async () => null);
  const asked = { service: "inference", traffic, gatewayPort: 9, back, log: createLogger("way-back-test") };
  const waited = goBackWhenWhole({
    ...asked,
    look: async () => 10 * WAY_BACK.longestHoldMs,
    sleep: async (_ms, signal) => {
      await settle();
      signal.throwIfAborted();
    },
  });
  path = "primary";
  endWayBack(traffic, "inference");
  await waited;
  expect(back).not.toHaveBeenCalled();
});

test("what nobody could see is neither a loss nor a stretch, and a refusal is tried again", async () => {
  let [path, looks]: [PathName, number] = ["alternative", 0];
  const refusals = ["busy", null];
  await goBackWhenWhole({
    service: "inference",
    traffic: { pathOf: () => path },
    gatewayPort: 9,
    back: async () => {
      const refusal = refusals.shift() ?? null;
      if (refusal === null) path = "primary";
      return refusal;
    },
    log: createLogger("way-back-test"),
    look: async () => ((looks += 1) % 2 === 0 ? null : looks * WAY_BACK.firstHoldMs),
    sleep: () => settle(),
  });
  expect([path, refusals]).toEqual(["primary", []]);
});
