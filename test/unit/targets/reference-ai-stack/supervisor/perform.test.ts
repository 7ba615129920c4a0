// What the supervisor does by itself later leaves the same trace as what it is asked for.
import { expect, it } from "vitest";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import { membersAtStart } from "../../../../../targets/reference-ai-stack/edge-settings.ts";
import { createSupervisorApp } from "../../../../../targets/reference-ai-stack/supervisor/app.ts";
import { createFleet } from "../../../../../targets/reference-ai-stack/supervisor/fleet.ts";
import { createGate } from "../../../../../targets/reference-ai-stack/supervisor/gate.ts";
import { createIncidentFeed } from "../../../../../targets/reference-ai-stack/supervisor/incident-feed.ts";
import {
  answered,
  operation,
  parseTexts,
} from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { createSpecs } from "../../../../../targets/reference-ai-stack/supervisor/specs.ts";
import { createTraffic } from "../../../../../targets/reference-ai-stack/supervisor/traffic.ts";
import { SECRETS, tokenOf } from "../../../../builders/stack-secrets.ts";
import { NO_LINEAGE } from "./no-lineage.ts";
import { nothingDone, presentWith, shippedModels } from "../../../../builders/shipped-models.ts";

const wave = operation({
  name: "wave",
  scope: "replica",
  parse: parseTexts(["replica"]),
  run: async () => answered({}),
});
/** Asked by itself what is under way while it is done. */
let shown: () => Promise<unknown> = async () => undefined;
const slow = operation({
  name: "slow",
  scope: "replica",
  parse: parseTexts(["replica"]),
  run: async () => answered({ shown: await shown() }),
});
const later = operation({
  name: "later",
  scope: "stack",
  parse: parseTexts([]),
  async run(_, { perform }) {
    const statusOf = async (name: string, args: object) => (await perform?.(name, { ...args }))?.status;
    const stranger = await statusOf("wave", { replica: "vector-9" });
    const done = await statusOf("wave", { replica: "vector-1" });
    return answered({ stranger, done, unknown: await statusOf("stop", {}) });
  },
});

const headers = { authorization: `Bearer ${tokenOf("operator")}` };

function createApp() {
  const config = readStackConfig({ GATEWAY_PORT: "9", HEALER_PORT: "9", STACK_OPERATOR_TOKEN: tokenOf("operator") });
  const members = membersAtStart(config.edges);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const specs = createSpecs(config, {}, SECRETS, presentWith(members));
  return createSupervisorApp(
    {
      fleet: createFleet(specs.atStart, log),
      traffic: createTraffic({ gatewayPort: 9, supervisorToken: "supervisor", members }),
      models: shippedModels(),
      ...nothingDone(),
      specs,
      config,
      secrets: SECRETS,
      gate: createGate({ people: config.people, healerToken: "healer", audit: async () => undefined, now: () => 0 }),
      log,
      tracer: NO_TRACER,
      lineage: NO_LINEAGE,
      feed: createIncidentFeed(),
    },
    [wave, slow, later],
  );
}

it("an operation that another one has done is in the list of changes, by the supervisor, where it was done", async () => {
  const app = createApp();
  const answer = await app.request("/operations/later", { method: "POST", headers, body: "{}" });
  expect(await answer.json()).toEqual({ stranger: 404, done: 200, unknown: 404 });
  const { changes } = (await (await app.request("/changes")).json()) as {
    changes: readonly { by: string; what: string }[];
  };
  expect(changes.map(({ by, what }) => `${what} by ${by}`)).toEqual([
    "wave vector-1 by supervisor",
    "later by operator",
  ]);
});

it("operations and inventory say what is under way, and at which replica, while it is", async () => {
  const app = createApp();
  const get = async (path: string): Promise<unknown> => (await app.request(path)).json();
  shown = async () => {
    const { counts } = (await get("/operations")) as { counts: object };
    const { replicas } = (await get("/inventory")) as { replicas: { replica: string; underWay?: string[] }[] };
    return [counts, replicas.find(({ replica }) => replica === "vector-1")?.underWay ?? null];
  };
  const body = JSON.stringify({ replica: "vector-1" });
  const answer = await app.request("/operations/slow", { method: "POST", headers, body });
  expect(await answer.json()).toEqual({ shown: [{ wave: 0, slow: 1, later: 0 }, ["slow"]] });
  expect(await shown()).toEqual([{ wave: 0, slow: 0, later: 0 }, []]);
});
