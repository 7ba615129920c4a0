// What the operations on versions make of what they are given.
import { expect, it } from "vitest";
import type { Models } from "../../../../../targets/reference-ai-stack/supervisor/models.ts";
import type {
  OperationAnswer,
  OperationParts,
  RawArgs,
} from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { OPERATIONS } from "../../../../../targets/reference-ai-stack/supervisor/operations/table.ts";
import { shippedModels } from "../../../../builders/shipped-models.ts";

async function call(path: string, body: string, models: Models): Promise<OperationAnswer> {
  const operation = OPERATIONS.find(({ alsoAt }) => alsoAt === path);
  if (operation === undefined) throw new Error(`no operation at ${path}`);
  return operation.call(JSON.parse(body) as RawArgs, { models } as unknown as OperationParts);
}

const version = "extractive-2";

it.each<readonly [number, string, string]>([
  [400, "/models/roll-out", `{"version":"${version}","share":1.0000001}`],
  [400, "/models/roll-out", `{"version":"${version}","share":-1e-9}`],
  [400, "/models/roll-out", `{"version":"${version}","share":1e400}`],
  [400, "/models/roll-out", `{"version":"${version}","share":"0.5"}`],
  [400, "/models/roll-out", `{"version":"${version}","share":null}`],
  [400, "/models/roll-out", `{"version":"${version}","share":[0.5]}`],
  [400, "/models/roll-out", `{"version":"${version}"}`],
  [400, "/models/roll-out", '{"share":0.5}'],
  [400, "/models/roll-out", '{"version":7,"share":0.5}'],
  [404, "/models/roll-out", '{"version":"__proto__","share":0.5}'],
  [404, "/models/roll-out", '{"version":"extractive-99","share":0.5}'],
  [200, "/models/roll-out", `{"version":"${version}","share":1e-9}`],
  [200, "/models/roll-out", `{"version":"${version}","share":-0}`],
  [200, "/models/roll-out", `{"version":"${version}","share":0}`],
  [200, "/models/roll-out", `{"version":"${version}","share":1}`],
  [409, "/models/promote", `{"version":"${version}"}`],
  [400, "/models/promote", '{"version":""}'],
  [404, "/models/roll-out", `{"version":"${"x".repeat(5000)}","share":0.5}`],
  [400, "/models/roll-back", '{"version":"extractive-1","seenAt":"0.5"}'],
  [400, "/models/roll-back", '{"version":"extractive-1","seenAt":2}'],
  [409, "/models/roll-back", '{"version":"extractive-1","seenAt":0.5}'],
  [200, "/models/roll-back", '{"version":"extractive-1","seenAt":null}'],
  [400, "/models/serving", '{"stable":"extractive-1","canary":null}'],
  [400, "/models/serving", '{"stable":"extractive-1","canary":null,"before":[],"also":1}'],
  [400, "/models/serving", '{"stable":"extractive-1","canary":{"version":"extractive-2","share":2},"before":[]}'],
  [404, "/models/serving", '{"stable":"extractive-99","canary":null,"before":[]}'],
  [409, "/models/serving", '{"stable":"extractive-1","canary":null,"before":["extractive-1"]}'],
  [400, "/models", '{"name":"extractive-7"}'],
])("answers %d at %s to %s", async (status, path, body) => {
  const models = shippedModels();
  const before = models.state();
  const answer = await call(path, body, models);
  expect(answer.status).toBe(status);
  if (status === 200) return;
  expect((answer.body as { error: string }).error).toMatch(/\w/);
  expect(models.state()).toEqual(before);
});

it("names a share that does not fit, and what was expected", async () => {
  const { body } = await call("/models/roll-out", '{"share":"all"}', shippedModels());
  expect(body).toEqual({ error: 'version is missing, expected a text; share is "all", expected a number from 0 to 1' });
});
