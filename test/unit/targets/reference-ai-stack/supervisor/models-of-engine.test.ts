// The registry where a language model answers: versions, files and what loads are those of the engine.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { EngineName } from "../../../../../targets/reference-ai-stack/common/model-card.ts";
import { rolledOut } from "../../../../../targets/reference-ai-stack/registry/state.ts";
import { type Models, openModels } from "../../../../../targets/reference-ai-stack/supervisor/models.ts";
import { log, openStack, TOKENS, toVersion2 } from "./models-stand.ts";

function folderWith(...weights: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "models-of-engine-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of weights) writeFileSync(join(folder, `${name}.gguf`), "GGUF");
  return folder;
}

function openIn(dataDir: string, engine: EngineName, weightsDir: string): Models {
  const parts = { dataDir, gatewayPort: 9, ...TOKENS, replicaPorts: () => [], log };
  const models = openModels({ ...parts, inference: { engine, weightsDir } });
  onTestFinished(() => models.close());
  return models;
}

test("each engine serves its own versions", () => {
  const weightsDir = folderWith("smollm2-135m");
  const { versions, serving } = openIn(folderWith(), "llama", weightsDir).state();
  expect(serving.stable).toBe("smollm2-1");
  expect(versions.every(({ card }) => card.engine === "llama")).toBe(true);
  expect(openIn(folderWith(), "extractive", weightsDir).state().serving.stable).toBe("extractive-1");
});

test("a version whose weights are not here is refused before any replica hears of it", async () => {
  const models = openIn(folderWith(), "llama", folderWith("smollm2-135m"));
  const change = await models.change((state) => rolledOut(state, "smollm2-3", 0.5));
  expect(change).toMatchObject({ ok: false, status: 422 });
  expect(change).toHaveProperty("reason", expect.stringContaining("there are no weights smollm2-135m-damaged"));
});

test("where no weights are, nothing is served", () => {
  expect(() => openIn(folderWith(), "llama", folderWith())).toThrow("no version can be loaded");
});

test("who changes the engine and changes back finds what was served, and no engine touches the other's files", async () => {
  const { dataDir, models } = await openStack();
  await models().change(toVersion2);
  const before = readdirSync(join(dataDir, "registry"));
  expect(before.toSorted()).toEqual(["models.copy.json", "models.json"]);
  const llama = openIn(dataDir, "llama", folderWith("smollm2-135m"));
  expect([llama.state().serving.stable, llama.trouble()]).toEqual(["smollm2-1", null]);
  expect(readdirSync(join(dataDir, "registry"))).toEqual(before);
  expect(models().state().serving.canary?.version).toBe("extractive-2");
});
