import { expect, test } from "vitest";
import { makeLease } from "../../../src/run/watchdog/lease.ts";

test("a lease lasts as long as signs of life come, and is over its own length after the last one", () => {
  const lease = makeLease(1_000, 0);
  for (let now = 250; now <= 3_000; now += 250) {
    lease.renew(now);
    expect(lease.isOver(now)).toBe(false);
  }
  for (let now = 3_250; now <= 4_000; now += 250) expect(lease.isOver(now)).toBe(false);
  expect(lease.isOver(4_250)).toBe(true);
});

test("who slept itself does not blame the other one: the lease begins anew, and then ends", () => {
  const lease = makeLease(1_000, 0);
  expect(lease.isOver(250)).toBe(false);
  expect(lease.isOver(60_000)).toBe(false);
  for (let now = 60_250; now <= 61_000; now += 250) expect(lease.isOver(now)).toBe(false);
  expect(lease.isOver(61_250)).toBe(true);
});
