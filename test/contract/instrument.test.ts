// The harness looks at itself with real processes: what it asked for was sent, and nothing of it stays.

import { expect, test } from "vitest";
import { loadNothing } from "../../src/load/load-nothing.ts";
import { measureInstrument } from "../../src/run/compose/instrument.ts";
import { findByMarker } from "../support/find-by-marker.ts";

test("the look sends what it says at each rate, up to what the trials ask for, and leaves no process", async () => {
  const marker = `instrument-${process.pid}-${Date.now()}`;
  const looking = measureInstrument(1000, (asked) => loadNothing(asked, { STACK_INSTANCE: marker }));
  const found = await looking;
  if (!found.ok) expect.fail(found.reason);
  expect(found.steps.map(({ ratePerSecond }) => ratePerSecond)).toEqual([100, 400, 800, 1250]);
  // Each for 200 ms; one that is due just then may be of either step.
  for (const { ratePerSecond, due } of found.steps) expect(Math.abs(due - ratePerSecond / 5)).toBeLessThanOrEqual(1);
  for (const { sendLagMs, latencyMs } of found.steps) expect(latencyMs.p95).toBeGreaterThanOrEqual(sendLagMs.p50);
  expect(await findByMarker(marker)).toEqual([]);
});

test("a look that cannot be made says why, and leaves no process", async () => {
  const marker = `instrument-none-${process.pid}-${Date.now()}`;
  const mark = { STACK_INSTANCE: marker, NODE_OPTIONS: "--require=/nowhere/at-all.js" };
  const found = await measureInstrument(0, (asked) => loadNothing(asked, mark));
  expect(found).toMatchObject({ ok: false, reason: expect.stringMatching(/./) as string });
  expect(await findByMarker(marker)).toEqual([]);
});
