// The stacks of targets/foreign, which nobody here wrote: they are declared as they are, and the linter takes them.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keysOf } from "../../../src/core/keys.ts";
import { prepareTarget } from "../../../src/platforms/processes/prepare-target.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { readText } from "../../../src/store/read-experiments.ts";
import { targetReader } from "../../builders/target-reader.ts";

const folder = join(import.meta.dirname, "../../../targets/foreign");
const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));

async function lintOf(file: string, text?: string) {
  return lintTargetText(text ?? (await readText(join(folder, file))), `targets/foreign/${file}`, targetReader(folder));
}

test("there are some, and each is sound and does not allow chaos by itself", async () => {
  expect(files.toSorted()).toEqual(["litellm.target.yaml", "ollama.target.yaml", "qdrant.target.yaml"]);
  for (const file of files) {
    const { target, problems } = await lintOf(file);
    expect(problems).toEqual([]);
    expect(target).toMatchObject({ name: file.replace(".target.yaml", ""), chaosAllowed: false });
  }
});

test("they declare keys, a connection as health, an event that ends a stream, lines of JSON and series of a page", async () => {
  const [litellm, ollama, qdrant] = await Promise.all(
    files.toSorted().map(async (file) => (await lintOf(file)).target),
  );
  if (litellm === undefined || ollama === undefined || qdrant === undefined) throw new Error("unsound");
  expect(keysOf(litellm).toSorted()).toEqual(["LITELLM_MASTER_KEY", "VLLM_API_KEY"]);
  expect(litellm.services.map(({ health }) => health?.tcp)).toEqual([undefined, undefined, true]);
  expect(litellm.streams).toMatchObject([{ stream: "sse", done: "[DONE]" }]);
  expect(ollama.streams).toMatchObject([{ stream: "ndjson" }]);
  expect(keysOf(qdrant)).toEqual(["QDRANT_API_KEY"]);
  expect(qdrant.probes.map(({ kind }) => kind)).toEqual(["healthy-replicas", "http-json", "prometheus"]);
});

test("a file of another name than its target is refused at the name", async () => {
  const text = (await readText(join(folder, "qdrant.target.yaml"))).replace("name: qdrant\n", "name: quadrant\n");
  expect((await lintOf("qdrant.target.yaml", text)).problems).toEqual([
    expect.objectContaining({ found: '"quadrant"', expected: 'the name of the folder or file, "qdrant"' }),
  ]);
});

test("one that allows chaos is still not begun, since nobody knows who runs where", async () => {
  const { target } = await lintOf("ollama.target.yaml");
  if (target === undefined) throw new Error("unsound");
  const how = { cacheDir: "", onLine: () => undefined, signal: AbortSignal.abort(), journal: {} as never };
  await expect(prepareTarget({ ...target, chaosAllowed: true }, how)).rejects.toThrow(
    "target ollama publishes no inventory, and cannot be started yet",
  );
});
