// Fields under other names: a record is read by an agreed renaming only where nothing is lost by it.
import { expect, it } from "vitest";
import { readBatch } from "../../../../../targets/reference-ai-stack/ingestion/records.ts";
import { tagsOfContent } from "../../../../../targets/reference-ai-stack/ingestion/source-tags.ts";

const mapping = { body: "text", content: "text" };
const record = { schema: 1, id: "a", title: "t", version: 1, tags: [] };
const read = (fields: object): object =>
  Object(readBatch(Buffer.from(JSON.stringify({ ...record, ...fields })), [], mapping)[0]);

it.each([
  ["a field of its own", { text: "what it says", body: "what it said" }],
  ["the same in another order", { body: "what it said", text: "what it says" }],
  ["a second one under another name", { body: "what it says", content: "what it said" }],
])("takes no record for whole in which a renamed field would take the place of %s", (_what, fields) => {
  expect(read(fields)).toMatchObject({ kind: "schema", line: 1, mapping: undefined });
});

it("reads a record by the renaming where nothing stands under the agreed name, and one that needs none as it is", () => {
  expect(read({ body: "what it says" })).toMatchObject({ record: { text: "what it says" } });
  expect(read({ text: "what it says" })).toMatchObject({ record: { text: "what it says" } });
  expect(read({ text: "what it says", constructor: "x" })).toMatchObject({ kind: "schema" });
});

it("passes a byte order mark over at the beginning of a batch, and nowhere else", () => {
  const line = JSON.stringify({ ...record, text: "what it says" });
  const read = readBatch(Buffer.from(`\uFEFF${line}\n\uFEFF${line}`), [], {});
  expect(read).toMatchObject([
    { line: 1, record: { text: "what it says" } },
    { kind: "unreadable", line: 2 },
  ]);
  expect(tagsOfContent(Buffer.from(`\uFEFF${JSON.stringify({ ...record, tags: ["phi"] })}`), {})).toEqual(["phi"]);
});
