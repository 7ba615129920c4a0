import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { Registry } from "prom-client";
import { afterEach, expect, test } from "vitest";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { listen, type RunningServer } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createInferenceApp } from "../../../../../targets/reference-ai-stack/inference/app.ts";
import { engineForTest } from "../../../../builders/inference-engine.ts";
import { DEFAULT_PACE } from "../../../../../targets/reference-ai-stack/inference/token-stream.ts";
import { createVersions } from "../../../../../targets/reference-ai-stack/inference/versions.ts";
import { registered, rolledBack, rolledOut } from "../../../../../targets/reference-ai-stack/registry/state.ts";
import { firstState, loadedIn } from "../../../../../targets/reference-ai-stack/registry/state.ts";
import { shippedCards } from "../../../../../targets/reference-ai-stack/registry/shipped.ts";
import { openModels } from "../../../../../targets/reference-ai-stack/supervisor/models.ts";

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const TOKENS = { supervisorToken: "key-to-the-gateway", loadToken: "key-to-replicas" };
const log = createLogger("models-test");

/** A real inference replica, and a gateway that only notes what it is told. */
async function openStack() {
  const dataDir = mkdtempSync(join(tmpdir(), "models-"));
  closing.push(() => rmSync(dataDir, { recursive: true }));
  const versions = createVersions(loadedIn(firstState(shippedCards(), "extractive-1")), 0);
  const parts = { registry: new Registry(), tracer: NO_TRACER, log, loadToken: TOKENS.loadToken, versions };
  const one = { ...parts, engine: engineForTest(), cacheToken: undefined, model: "unused" };
  const app = createInferenceApp({ ...one, slots: 1, maxWaiting: 1, pace: DEFAULT_PACE });
  const told: unknown[] = [];
  const gateway = new Hono().put("/internal/models", async (c) => (told.push(await c.req.json()), c.json({})));
  const serve = async (one: Parameters<typeof listen>[0], port = 0): Promise<RunningServer> => {
    const server = await listen(one, port);
    closing.push(server.close);
    return server;
  };
  const [replica, door] = [await serve(app), await serve(gateway)];
  const models = (ports = [replica.port]) =>
    openModels({ dataDir, gatewayPort: door.port, ...TOKENS, replicaPorts: () => ports, log });
  return { dataDir, models, told, versions, app, replica, serve };
}

test("what is rolled out is loaded by the replica, then told to the gateway, then kept for the next start", async () => {
  const { models, told, versions } = await openStack();
  expect(await models().change((state) => rolledOut(state, "extractive-6", 0.25))).toMatchObject({ ok: true });
  expect(versions.names()).toContain("extractive-6");
  expect(told).toMatchObject([{ canary: { version: "extractive-6", share: 0.25 } }]);
  const next = models();
  expect(next.state().serving.canary).toEqual({ version: "extractive-6", share: 0.25 });
  expect(await next.change((state) => rolledBack(state, "extractive-6"))).toMatchObject({ ok: true });
  await expect.poll(() => versions.names()).toEqual(["extractive-1", "extractive-0"]);
});

test("a version that does not load changes nothing: not the split, not what is loaded, not the file", async () => {
  const { models, told, versions } = await openStack();
  const one = models();
  const [card] = shippedCards();
  if (card === undefined) throw new Error("no card is shipped");
  const strange = { ...card, name: "other-1", parent: null, template: "none-of-ours" };
  expect(await one.change((state) => registered(state, strange, "now"))).toMatchObject({ ok: true });
  const change = await one.change((state) => rolledOut(state, "other-1", 0.5));
  expect(change).toMatchObject({ ok: false, status: 422, reason: expect.stringContaining("none-of-ours") as string });
  expect(told).toEqual([]);
  expect(versions.names()).toEqual(["extractive-1", "extractive-0"]);
  expect(models().state().serving.canary).toBeNull();
});

test("a replica that cannot be reached holds nothing up, and loads it once it can be", async () => {
  const { models, versions, app, replica, serve } = await openStack();
  await replica.close();
  expect(await models().change((state) => rolledOut(state, "extractive-2", 1))).toMatchObject({ ok: true });
  expect(versions.names()).not.toContain("extractive-2");
  await serve(app, replica.port);
  await expect.poll(() => versions.names(), { timeout: 10_000 }).toContain("extractive-2");
});

test("a gateway that is away refuses the change, and versions stay as they are", async () => {
  const { dataDir, replica, versions } = await openStack();
  const parts = { dataDir, ...TOKENS, replicaPorts: () => [replica.port], log };
  const models = openModels({ ...parts, gatewayPort: 9 });
  expect(await models.change((state) => rolledOut(state, "extractive-2", 1))).toMatchObject({ ok: false, status: 502 });
  expect(models.state().serving.canary).toBeNull();
  await expect.poll(() => versions.names()).not.toContain("extractive-2");
});

test("a damaged file is put aside and said; the shipped versions are served, and changes go on", async () => {
  const { dataDir, models } = await openStack();
  await models().change((state) => rolledOut(state, "extractive-2", 0.5));
  const file = join(dataDir, "registry/models.json");
  writeFileSync(file, readFileSync(file, "utf8").replace("0.5", "0.7"));
  const next = models();
  expect(next.trouble()).toContain("does not match its hash");
  expect(next.state().serving).toMatchObject({ stable: "extractive-1", canary: null });
  writeFileSync(file, "torn");
  expect(await next.change((state) => rolledOut(state, "extractive-2", 0.5))).toMatchObject({ ok: true });
  expect(next.trouble()).toContain("written anew");
  expect(models().state().serving.canary?.version).toBe("extractive-2");
});
