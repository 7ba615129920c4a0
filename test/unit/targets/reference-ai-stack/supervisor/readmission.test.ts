import { setImmediate as settle } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { endReadmissions, putBackWhenWell } from "../../../../../targets/reference-ai-stack/supervisor/readmission.ts";
import type { Shares } from "../../../../../targets/reference-ai-stack/supervisor/traffic.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";

beforeEach(() => void vi.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(() => vi.restoreAllMocks());

/** A gateway whose checks come out as they are listed, the last one for ever. */
async function watched(checks: readonly boolean[], share = 1) {
  let asked = 0;
  const bodies: unknown[] = [];
  let weights: Shares = { "inference-1": 0, "inference-2": 1 };
  const gateway = await serveForTest((request, response) => {
    if (request.headers.authorization !== "Bearer s3cret") {
      response.writeHead(401).end("{}");
      return;
    }
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      bodies.push(JSON.parse(Buffer.concat(parts).toString()));
      const ok = checks[Math.min(asked, checks.length - 1)] ?? false;
      asked += 1;
      response.end(JSON.stringify({ ok, ms: 1 }));
    });
  });
  const traffic = { weights: () => weights };
  const waits: number[] = [];
  const eject = () => {
    weights = { ...weights, "inference-1": 0 };
    return putBackWhenWell({
      replica: "inference-1",
      share,
      traffic,
      gatewayPort: gateway.port,
      token: "s3cret",
      readmit: async () => {
        weights = { ...weights, "inference-1": share };
        return null;
      },
      log: createLogger("readmission-test"),
      everyMs: 1,
      sleep: async (ms, signal) => {
        waits.push(ms);
        await settle();
        signal.throwIfAborted();
      },
    });
  };
  const over = eject();
  return {
    over,
    eject,
    traffic,
    waits,
    asked: () => asked,
    bodies,
    weights: () => weights,
    set: (next: Shares) => void (weights = next),
  };
}

it("gives a backend the share back that it had, after five whole answers in a row and not before", async () => {
  const { over, asked, bodies, weights } = await watched([false, true, true, true, true, false, true], 0.5);
  await over;
  expect(weights()["inference-1"]).toBe(0.5);
  expect(asked()).toBe(11);
  expect(bodies[0]).toEqual({ upstream: "inference-1", question: true });
});

it("leaves a backend alone that somebody else has given a share meanwhile", async () => {
  const { over, asked, weights, set } = await watched([false]);
  await expect.poll(asked).toBeGreaterThan(2);
  set({ "inference-1": 0.2, "inference-2": 1 });
  await over;
  expect(weights()["inference-1"]).toBe(0.2);
});

it("stops when the backend is gone", async () => {
  const { over, asked, weights, set } = await watched([false]);
  await expect.poll(asked).toBeGreaterThan(1);
  set({ "inference-2": 1 });
  await over;
  expect(weights()).toEqual({ "inference-2": 1 });
});

it("leaves a backend out whose share an operator has set meanwhile, if it be to none", async () => {
  const { over, traffic, asked, weights } = await watched([false]);
  await expect.poll(asked).toBeGreaterThan(1);
  endReadmissions(traffic, ["inference-2"]);
  const before = asked();
  await expect.poll(asked).toBeGreaterThan(before);
  endReadmissions(traffic, ["inference-1"]);
  await over;
  expect(weights()["inference-1"]).toBe(0);
});

it("watches a backend once, however often it is ejected, and again after it came back", async () => {
  const { over, eject, asked } = await watched([true]);
  await eject();
  expect(asked()).toBe(0);
  await over;
  expect(asked()).toBe(5);
  await eject();
  expect(asked()).toBe(10);
});

it("asks a backend that goes on failing less and less often, and one that comes back only to fail no sooner", async () => {
  const { over, eject, waits } = await watched([false, false, false, false, false, false, false, true]);
  await over;
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 32, 32, 1, 1, 1, 1]);
  waits.length = 0;
  await eject();
  expect(waits).toEqual([2, 2, 2, 2, 2]);
});
