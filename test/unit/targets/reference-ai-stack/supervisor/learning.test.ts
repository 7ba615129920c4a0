import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { expect, test } from "vitest";
import type { GuardedEnv } from "../../../../../targets/reference-ai-stack/common/bearer.ts";
import { requireBearer } from "../../../../../targets/reference-ai-stack/common/bearer.ts";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import { mountLearning as mountHealers } from "../../../../../targets/reference-ai-stack/healer/learning/learning-door.ts";
import { openMemory } from "../../../../../targets/reference-ai-stack/healer/learning/memory.ts";
import { createGate } from "../../../../../targets/reference-ai-stack/supervisor/gate.ts";
import { mountLearning } from "../../../../../targets/reference-ai-stack/supervisor/learning.ts";
import { freePort } from "../../../../support/free-port.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";
import { createMemoryState } from "../healer/memory-state.ts";
import { SECRETS, tokenOf } from "../../../../builders/stack-secrets.ts";

const SLOW = "slower-than-siblings@inference";

/** The supervisor's door before a healer that has learned from one incident; without a port nobody listens. */
async function doors(healerPort?: number) {
  const healer = new Hono<GuardedEnv>();
  const audited: unknown[] = [];
  const record = (one: unknown): void => void audited.push(one);
  const memory = openMemory({ state: createMemoryState(), wallTime: () => "2030-01-01T00:00:00Z", audit: record });
  memory.closed({
    incident: "inc-1",
    fault: "replica-slow@inference",
    attempts: [],
    suspicion: { kind: SLOW, by: "standing" },
  });
  mountHealers(healer, requireBearer({ supervisor: SECRETS.healerDoorToken }), memory);
  const served = await serveForTest((request, response) => void getRequestListener(healer.fetch)(request, response));
  const port = healerPort ?? served.port;
  const config = readStackConfig({
    HEALER_PORT: String(port),
    STACK_VIEWER_TOKEN: tokenOf("viewer"),
    STACK_OPERATOR_TOKEN: tokenOf("operator"),
  });
  const denied: unknown[] = [];
  const audit = async (one: unknown): Promise<void> => void denied.push(one);
  const gate = createGate({ people: config.people, healerToken: SECRETS.healerToken, audit, now: () => 0 });
  const app = new Hono<GuardedEnv>();
  mountLearning(app, { config, secrets: SECRETS, gate });
  const post = (path: string, token: string) =>
    app.request(path, { method: "POST", headers: { authorization: `Bearer ${tokenOf(token)}` } });
  return { app, post, memory, audited, denied };
}

test("everybody may read what was learned, by which rule and from which incident", async () => {
  const { app } = await doors();
  const view = await (await app.request("/learning")).json();
  expect(view).toMatchObject({
    parameters: [{ parameter: "persist-ms", of: SLOW, value: 6000, least: 3000, most: 12_000 }],
    changes: [{ id: "inc-1.1", from: 12_000, to: 6000, rule: "confirmed-by-standing", incidents: ["inc-1"] }],
  });
});

test("an operator takes a change back and lets it be learned again, by name; a viewer is turned away and written down", async () => {
  const { post, memory, audited, denied } = await doors();
  expect((await post("/learning/changes/inc-1.1/take-back", "viewer")).status).toBe(403);
  expect(denied).toHaveLength(1);
  expect(memory.value("persist-ms", SLOW)).toBe(6000);
  expect((await post("/learning/changes/inc-1.1/take-back", "operator")).status).toBe(200);
  expect(memory.value("persist-ms", SLOW)).toBe(12_000);
  expect(audited.at(-1)).toMatchObject({ principal: "operator", what: "learning.taken-back", change: "inc-1.1" });
  expect((await post("/learning/changes/inc-1.1/take-back", "operator")).status).toBe(409);
  expect((await post("/learning/changes/inc-1.1/release", "operator")).status).toBe(200);
  expect(memory.view().holds).toEqual([]);
});

test("a healer that does not answer is said, and not taken for one that has learned nothing", async () => {
  const { app, post } = await doors(await freePort());
  expect((await app.request("/learning")).status).toBe(502);
  expect((await post("/learning/changes/inc-1.1/take-back", "operator")).status).toBe(502);
});
