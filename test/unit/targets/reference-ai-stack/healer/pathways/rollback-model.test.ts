import { expect, test } from "vitest";
import type { Eyes, ServedModels } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { rollbackModel } from "../../../../../../targets/reference-ai-stack/healer/pathways/rollback-model.ts";

const CANARY: ServedModels = { stable: "a-1", canary: { version: "a-2", share: 0.25 }, before: ["a-0"] };
const PROMOTED: ServedModels = { stable: "a-2", canary: null, before: ["a-1"] };
const target = { service: "inference", replica: "inference-1" };
const entryWith = (models: ServedModels) => ({ ...target, pid: 1, port: 1, weight: 1, models });

/** What is found to roll back where signals speak of these versions. */
async function foundAmong(models: ServedModels, about: readonly (string | undefined)[]) {
  const signals = about.map((version) => ({
    name: "answers-uncited",
    scope: target,
    says: "",
    ...(version !== undefined && { about: version }),
  }));
  return rollbackModel.ways[0]?.find?.({} as Eyes, target, [entryWith(models)], signals);
}

test("takes the first version that signals are about and that can go, not the first that they are about", async () => {
  expect(await foundAmong(CANARY, [undefined, "a-1", "a-9", "a-2"])).toBe("a-2 at 0.25");
  expect(await foundAmong(PROMOTED, ["a-1", "a-2"])).toBe("a-2 stable");
  expect(await foundAmong(CANARY, ["a-1"])).toBeNull();
  expect(await foundAmong({ ...PROMOTED, before: [] }, ["a-2"])).toBeNull();
});

test("acts by itself while a part of the requests is tried, and asks a person once all of them are answered", () => {
  const service = { scope: "service", service: "inference" } as const;
  const tierWith = (models: ServedModels): unknown =>
    rollbackModel.tierIn?.(service, { replicas: [entryWith(models)], sick: new Set() });
  expect(tierWith(CANARY)).toBe("medium");
  expect(tierWith({ ...CANARY, canary: { version: "a-2", share: 1 } })).toBe("high");
  expect(tierWith(PROMOTED)).toBe("high");
});

test("goes a version back only where the stable one goes", () => {
  expect(rollbackModel.rollsBack?.("a-2 at 0.25")).toBe(false);
  expect(rollbackModel.rollsBack?.("a-2 stable")).toBe(true);
});
