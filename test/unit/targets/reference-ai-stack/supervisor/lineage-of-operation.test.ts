import { expect, test } from "vitest";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import { membersAtStart } from "../../../../../targets/reference-ai-stack/edge-settings.ts";
import { createFleet } from "../../../../../targets/reference-ai-stack/supervisor/fleet.ts";
import type { LineageEntry } from "../../../../../targets/reference-ai-stack/supervisor/lineage.ts";
import { noted } from "../../../../../targets/reference-ai-stack/supervisor/lineage-of-operation.ts";
import { answered, operation } from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { createSpecs } from "../../../../../targets/reference-ai-stack/supervisor/specs.ts";
import { createTraffic } from "../../../../../targets/reference-ai-stack/supervisor/traffic.ts";
import { NO_LINEAGE } from "./no-lineage.ts";
import { SECRETS } from "../../../../builders/stack-secrets.ts";
import { nothingDone, presentWith, shippedModels } from "../../../../builders/shipped-models.ts";

const wave = operation({
  name: "wave",
  scope: "replica",
  parse: (args) => ({ ok: true, args }),
  run: async () => answered({ done: true }),
});
const shake = operation({
  ...wave,
  scope: "stack",
  parse: (args) => ({ ok: true, args }),
  run: async () => answered({}),
});

function world() {
  const config = readStackConfig({ STACK_DATA_DIR: "/nowhere" });
  const secrets = SECRETS;
  const members = membersAtStart(config.edges);
  const traffic = createTraffic({ gatewayPort: 9, supervisorToken: "supervisor", members });
  const specs = createSpecs(config, {}, secrets, presentWith(members));
  const entries: LineageEntry[] = [];
  const lineage = { ...NO_LINEAGE, note: async (entry: LineageEntry): Promise<void> => void entries.push(entry) };
  const fleet = createFleet(specs.atStart, createLogger("lineage-test"));
  return {
    parts: { fleet, traffic, models: shippedModels(), ...nothingDone(), specs, config, secrets, lineage },
    entries,
  };
}

test("what the healer did says for which incident, to what, and how it was before and after", async () => {
  const { parts, entries } = world();
  const args = { replica: "vector-1" };
  await noted(wave, { principal: "healer", key: "inc-7 1 wave", args }, parts);
  const state = { process: null, indexHash: null };
  expect(entries).toEqual([
    {
      principal: "healer",
      what: "wave",
      incident: "inc-7",
      event: "healer inc-7 1 wave",
      replica: "vector-1",
      args,
      before: state,
      after: state,
      status: 200,
    },
  ]);
});

test("a person's operation has that person's name and no incident, and one on the stack has the weights", async () => {
  const { parts, entries } = world();
  await noted(shake, { principal: "ada", key: "inc-7 mine", args: {} }, parts);
  expect(entries[0]).toMatchObject({ principal: "ada", before: { weights: { "inference-1": 1 } } });
  expect(entries[0]).not.toHaveProperty("incident");
});
