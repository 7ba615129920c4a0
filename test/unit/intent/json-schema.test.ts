import { expect, test } from "vitest";
import { faults } from "../../../src/faults/index.ts";
import { intentJsonSchema, targetJsonSchema } from "../../../src/intent/json-schema.ts";
import { loadSources } from "../../../src/load/index.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { platformNames } from "../../../src/platforms/index.ts";

// To write them anew: npm run generate
test("the JSON Schema of intents in experiments/ is the one that follows from the schema that validates", async () => {
  await expect(intentJsonSchema(faults)).toMatchFileSnapshot("../../../experiments/intent.schema.json");
});

test("the JSON Schema of targets in targets/ is the one that follows from the schema that validates", async () => {
  await expect(targetJsonSchema({ probeKinds, platformNames, loadSources })).toMatchFileSnapshot(
    "../../../targets/target.schema.json",
  );
});

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
}

function undescribed(node: Described, path: string): string[] {
  const below = [
    ...Object.entries(node.properties ?? {}).map(([key, child]) => [child, `${path}.${key}`] as const),
    ...(node.items ? [[node.items, `${path}[]`] as const] : []),
    ...(node.anyOf ?? []).map((child) => [child, path] as const),
  ];
  const plain = node.properties === undefined && node.items === undefined && node.anyOf === undefined;
  return [
    ...(plain && node.description === undefined ? [path] : []),
    ...below.flatMap(([child, at]) => undescribed(child, at)),
  ];
}

test("every key of an intent says what it means", () => {
  const schema = JSON.parse(intentJsonSchema(faults)) as Described;
  expect(Object.keys(schema.properties ?? {})).toContain("steady");
  expect(undescribed(schema, "").filter((path) => path !== ".arms[]")).toEqual([]);
});
