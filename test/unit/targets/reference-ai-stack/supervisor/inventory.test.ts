import { expect, test } from "vitest";
import { inventoryChanges } from "../../../../../src/trial/inventory-watch.ts";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import { rolledBack, rolledOut } from "../../../../../targets/reference-ai-stack/registry/state.ts";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { createFleet } from "../../../../../targets/reference-ai-stack/supervisor/fleet.ts";
import { inventoryOf } from "../../../../../targets/reference-ai-stack/supervisor/inventory.ts";
import { createSpecs } from "../../../../../targets/reference-ai-stack/supervisor/specs.ts";
import { nothingDone, presentWith, shippedModels } from "../../../../builders/shipped-models.ts";
import { SECRETS } from "../../../../builders/stack-secrets.ts";

test("the files of kept answers and vectors are published where they are kept in files, and how often they were cleared", () => {
  const entriesWith = (own: Record<string, string>) => {
    const config = readStackConfig({ STACK_DATA_DIR: "/data", ...own });
    const { atStart } = createSpecs(config, own, SECRETS, presentWith([]));
    const fleet = createFleet(atStart, createLogger("inventory-test"));
    const done = { ...nothingDone(), cacheClears: new Map([["gateway", 2]]) };
    const rows = inventoryOf(
      { fleet, traffic: { weights: () => ({}), pathOf: () => "primary" as const }, models: shippedModels(), ...done },
      config,
    );
    return rows.filter(({ service }) => service === "gateway" || service === "embedder");
  };
  const [embedder, gateway] = entriesWith({ STACK_CACHES: "answers" });
  expect(embedder?.files).toEqual([
    {
      role: "embedding-cache",
      path: "/data/embedder/embedding-cache.bin",
      format: "f32",
      payload: { offset: 0, rowBytes: 2048, rows: 2048 },
    },
  ]);
  expect(gateway?.files).toMatchObject([{ role: "answer-cache", format: "json-rows", payload: { rowBytes: 4096 } }]);
  expect([embedder?.state, gateway?.state]).toEqual([undefined, { cacheClears: 2 }]);
  expect(entriesWith({}).map(({ files }) => files)).toEqual([undefined, undefined]);
});

test("a vector replica that took documents of its sibling shows as changed, and the sibling does not", () => {
  const config = readStackConfig({ STACK_DATA_DIR: "/data" });
  const { atStart } = createSpecs(config, {}, SECRETS, presentWith([]));
  const fleet = createFleet(atStart, createLogger("inventory-test"));
  const done = { ...nothingDone(), resyncs: new Map([["vector-2", 1]]) };
  const rows = inventoryOf(
    { fleet, traffic: { weights: () => ({}), pathOf: () => "primary" as const }, models: shippedModels(), ...done },
    config,
  );
  const states = rows.filter(({ service }) => service === "vector").map(({ state }) => state);
  expect(states).toEqual([undefined, { resyncs: 1 }]);
});

test("a version is a name and nothing else, and a canary that was withdrawn shows as a change of state", async () => {
  const config = readStackConfig({});
  const models = shippedModels();
  const fleet = createFleet(createSpecs(config, {}, SECRETS, presentWith([])).atStart, createLogger("inventory-test"));
  const look = () =>
    inventoryOf(
      { fleet, traffic: { weights: () => ({}), pathOf: () => "primary" as const }, models, ...nothingDone() },
      config,
    );
  const seen = () => ({
    replicas: look().map(({ service, replica, version, state }) => {
      return { service, replica, instance: null, version, ...(state !== undefined && { state }) };
    }),
  });
  const before = seen();
  await models.change((state) => rolledOut(state, "extractive-4", 0.3));
  expect(inventoryChanges(before, seen())).toEqual([]);
  await models.change((state) => rolledBack(state, { version: "extractive-4" }));
  const after = seen();
  expect(after.replicas.find(({ replica }) => replica === "inference-1")).toMatchObject({ version: "extractive-1" });
  expect(inventoryChanges(before, after)).toEqual(
    ["inference-1", "inference-2"].map((replica) => ({
      service: "inference",
      replica,
      field: "state",
      before: null,
      after: "rollBacks 1",
    })),
  );
});
