// What is published of the records is what follows from them, and says what every field means.

import { expect, test } from "vitest";
import { recordsJsonSchema, type SchemaNode } from "../../../src/records/json-schema.ts";
import { recordedFiles } from "../../../src/records/nouns.ts";
import { referencePage } from "../../../src/records/reference.ts";

const schema = recordsJsonSchema();

// To write them anew: npm run generate
test("the JSON Schema of the records is the one that follows from the schemas that validate", async () => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot("../../../src/records/records.schema.json");
});

test("the reference page is the one that follows from the descriptions", async () => {
  await expect(referencePage(schema)).toMatchFileSnapshot("../../../src/records/README.md");
});

test("every file has a row, and every noun a section, to which all links lead", () => {
  const page = referencePage(schema);
  for (const { file } of recordedFiles) expect(page).toContain(`| \`${file}\` |`);
  for (const noun of Object.keys(schema.$defs)) expect(page).toContain(`\n## ${noun}\n`);
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  const anchors = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title?.toLowerCase());
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
  expect(new Set(anchors).size).toBe(anchors.length);
});

/** Paths of fields that say nothing of what they mean. A fixed value, and a noun with a sentence, says it itself. */
function undescribed(node: SchemaNode, path: string): string[] {
  const fields = Object.entries(node.properties ?? {});
  const silent = fields
    .filter(([, child]) => child.description === undefined && child.$ref === undefined && child.const === undefined)
    .map(([key]) => `${path}.${key}`);
  const { items, additionalProperties: rest, anyOf = [], oneOf = [] } = node;
  return [
    ...silent,
    ...fields.flatMap(([key, child]) => undescribed(child, `${path}.${key}`)),
    ...[...anyOf, ...oneOf].flatMap((child) => undescribed(child, path)),
    ...(items ? undescribed(items, `${path}[]`) : []),
    ...(typeof rest === "object" ? undescribed(rest, `${path}.*`) : []),
  ];
}

test("every noun and every field says what it means", () => {
  const nouns = Object.entries(schema.$defs);
  expect(nouns.length).toBeGreaterThan(40);
  expect(nouns.filter(([, noun]) => noun.description === undefined).map(([name]) => name)).toEqual([]);
  expect(nouns.flatMap(([name, noun]) => undescribed(noun, name))).toEqual([]);
});
