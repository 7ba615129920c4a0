// Models over a real inference replica.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { Registry } from "prom-client";
import { onTestFinished } from "vitest";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import {
  type Loaded,
  type ModelCard,
  type Split,
} from "../../../../../targets/reference-ai-stack/common/model-card.ts";
import { listen, type RunningServer } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createInferenceApp } from "../../../../../targets/reference-ai-stack/inference/app.ts";
import { DEFAULT_PACE } from "../../../../../targets/reference-ai-stack/inference/token-stream.ts";
import { createVersions } from "../../../../../targets/reference-ai-stack/inference/versions.ts";
import { shippedCards } from "../../../../../targets/reference-ai-stack/registry/shipped.ts";
import {
  firstState,
  loadedIn,
  rolledOut,
  type RegistryState,
} from "../../../../../targets/reference-ai-stack/registry/state.ts";
import { openModels } from "../../../../../targets/reference-ai-stack/supervisor/models.ts";
import { engineForTest } from "../../../../builders/inference-engine.ts";

export const TOKENS = { supervisorToken: "key-to-the-gateway", loadToken: "key-to-replicas" };
export const log = createLogger("models-test");

type Rolled = ReturnType<typeof rolledOut>;
export const toVersion2 = (state: RegistryState): Rolled => rolledOut(state, "extractive-2", 0.5);

/** A real inference replica, and a gateway that only notes what it is told. */
export async function openStack(loads = (of: Hono): Hono => of) {
  const dataDir = mkdtempSync(join(tmpdir(), "models-"));
  // A registry that is new may be written just now.
  onTestFinished(() => rmSync(dataDir, { recursive: true, maxRetries: 5 }));
  const { app, versions } = openReplica();
  const told: Split[] = [];
  const gateway = new Hono().put("/internal/models", async (c) => (told.push(await c.req.json()), c.json({})));
  const serve = async (one: Parameters<typeof listen>[0], port = 0): Promise<RunningServer> => {
    const server = await listen(one, port);
    onTestFinished(server.close);
    return server;
  };
  const replica = await serve(loads(new Hono().route("/", app)));
  const door = await serve(gateway);
  const models = (ports = [replica.port], gatewayPort = door.port, sources = {}) => {
    const opened = openModels({ dataDir, gatewayPort, ...TOKENS, replicaPorts: () => ports, log }, sources);
    // Else it would go on telling whoever has these ports next.
    onTestFinished(() => opened.close());
    return opened;
  };
  const file = join(dataDir, "registry/models.json");
  return { dataDir, file, models, told, versions, app, replica, door, serve, gateway };
}

export function openReplica() {
  const versions = createVersions(loadedIn(firstState(shippedCards(), "extractive-1")), 0);
  const parts = { registry: new Registry(), tracer: NO_TRACER, log, loadToken: TOKENS.loadToken, versions };
  const one = { ...parts, engine: engineForTest(), cacheToken: undefined, model: "unused" };
  return { versions, app: createInferenceApp({ ...one, slots: 1, maxWaiting: 1, pace: DEFAULT_PACE }) };
}

export function strangeCard(): ModelCard {
  const [card] = shippedCards();
  if (card === undefined) throw new Error("no card is shipped");
  return { ...card, name: "other-1", parent: null, template: "none-of-ours" };
}

/** Between it and the replica. */
export function holding(until: Promise<void>, isHeld: (body: Loaded) => boolean) {
  return (app: Hono): Hono =>
    new Hono()
      .use("/internal/models", async (c, next) => {
        if (isHeld((await c.req.raw.clone().json()) as Loaded)) await until;
        return next();
      })
      .route("/", app);
}
