import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import type { GuardedEnv } from "../../../../../targets/reference-ai-stack/common/bearer.ts";
import { createRollCall } from "../../../../../targets/reference-ai-stack/healer/telemetry/roll-call.ts";
import { mountInventory } from "../../../../../targets/reference-ai-stack/supervisor/inventory-door.ts";
import { listen } from "../../../../../targets/reference-ai-stack/common/serve.ts";

async function stand() {
  const rows: Record<string, unknown>[] = [{ service: "vector", replica: "vector-1", pid: 7, port: 1 }];
  const app = new Hono<GuardedEnv>();
  const prefers: (string | undefined)[] = [];
  app.use(async (c, next) => {
    prefers.push(c.req.header("prefer"));
    await next();
  });
  mountInventory(app, () => rows);
  const { port, close } = await listen(app, 0);
  onTestFinished(close);
  const ask = (headers: Record<string, string> = {}) => fetch(`http://127.0.0.1:${port}/inventory`, { headers });
  return { rows, port, ask, prefers };
}

test("the inventory is told as ever to who asks, and not again to who knows it", async () => {
  const { rows, ask } = await stand();
  const first = await ask();
  expect(await first.json()).toEqual({ replicas: rows });
  const etag = first.headers.get("etag") ?? "";
  expect((await ask({ "if-none-match": etag })).status).toBe(304);
  rows.push({ service: "vector", replica: "vector-2", pid: null, port: 2 });
  expect((await ask({ "if-none-match": etag })).status).toBe(200);
});

test("whoever waits hears of a change as it comes", async () => {
  const { rows, ask } = await stand();
  const etag = (await ask()).headers.get("etag") ?? "";
  const waiting = ask({ "if-none-match": etag, prefer: "wait=2" });
  const one = await Promise.race([waiting, ask({ "if-none-match": etag })]);
  expect(one.status).toBe(304);
  rows.splice(0, 1, { ...rows[0], pid: null });
  const told = await waiting;
  expect(told.status).toBe(200);
  expect(await told.json()).toEqual({ replicas: rows });
});

test("a roll-call waits for a change, hears of it, and waits for nobody who has no process", async () => {
  const { rows, port, prefers } = await stand();
  const rollCall = createRollCall(port);
  expect(await rollCall()).toMatchObject([{ pid: 7 }]);
  const waiting = rollCall();
  rows.splice(0, 1, { ...rows[0], pid: null });
  expect(await waiting).toMatchObject([{ pid: null }]);
  expect(await rollCall()).toMatchObject([{ pid: null }]);
  expect(prefers).toEqual([undefined, "wait=1", undefined]);
  rows.splice(0, 1, { ...rows[0], pid: 8 });
  expect(await rollCall()).toMatchObject([{ pid: 8 }]);
});
