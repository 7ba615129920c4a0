// What the ingestion says of the kind of data that a source sends.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { recordOf } from "../../../../../src/core/deliveries.ts";
import { projectRoot } from "../../../../../targets/reference-ai-stack/config.ts";
import { openStand, record } from "./stand.ts";

it("says what kind of data the source of a failing batch sends, also in records that have another form", async () => {
  const { deliver, ingestion } = await openStand();
  deliver("notes", "1.jsonl", record("a", "good", 1, { tags: ["public", "phi"] }));
  deliver("others", "1.jsonl", record("o", "of another source", 1, { tags: ["pci"] }));
  await ingestion().turn();
  expect(ingestion().view().tags).toEqual({});
  deliver("notes", "2.jsonl", { id: "b", tags: ["PCI-cards", "no tag at all", 7] }, "torn");
  await ingestion().turn();
  expect(ingestion().view().tags).toEqual({ notes: ["pci-cards", "phi", "public", "unclassified"] });
});

it.each([
  ["under another name", { labels: ["PHI"] }, ["phi", "unclassified"]],
  ["as one text", { tags: "phi, public" }, ["unclassified"]],
  [
    "in an object of their own",
    { meta: { class: { tags: ["public", "pci-cards"] } } },
    ["pci-cards", "public", "unclassified"],
  ],
  ["as names of what is true", { class: { phi: true, pci: false } }, ["phi", "unclassified"]],
  ["beside those that are public", { tags: ["public"], label: "phi" }, ["phi", "public"]],
  ["nowhere", {}, ["unclassified"]],
  ["of no form that a tag has", { tags: ["public", "health data"] }, ["public", "unclassified"]],
])("takes no record for public whose tags stand %s", async (_where, more, expected) => {
  const { deliver, ingestion } = await openStand();
  const { tags, ...untagged } = record("a", "good") as { tags: unknown };
  expect(tags).toEqual(["public"]);
  deliver("notes", "1.jsonl", { ...untagged, ...more });
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({ published: 0, head: { kind: "schema" }, tags: { notes: expected } });
});

it("takes tags for what they say once a renaming is agreed on, and a line whose tags are cut for none that is known", async () => {
  const { deliver, ingestion } = await openStand();
  const { tags, ...untagged } = record("a", "good") as { tags: unknown };
  deliver("notes", "1.jsonl", { ...untagged, labels: tags }, '{"id":"no tag","tags":["phi","publ');
  await ingestion().turn();
  expect(ingestion().view().tags).toEqual({ notes: ["phi", "public", "unclassified"] });
  ingestion().repairSchema("notes", { labels: "tags" });
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({
    head: { kind: "unreadable", line: 2 },
    tags: { notes: ["phi", "public", "unclassified"] },
  });
});

it.each([
  ["are whole before the tear", '{"id":"a","tags":["public","phi"],"text":"half of, ', ["phi", "public"]],
  ["end where the line does", '{"id":"a","tags":["public"]', ["public"]],
  ["are whole, and others are not", '{"tags":["public"],"labels":["phi","publ', ["phi", "public"]],
  ["are cut after a whole one", '{"id":"a","tags":["public"', ["public", "unclassified"]],
  ["are cut off", '{"id":"a","text":"half of', ["unclassified"]],
  ["stand in the text only", String.raw`{"text":"\"tags\":[\"public\"],","version":1,"ta`, ["unclassified"]],
  ["stand below another name", '{"meta":{"tags":["public"]},"version":1,"text":"half', ["public", "unclassified"]],
  ["are those of a list", '[{"tags":["public"]},{"id":7', ["public", "unclassified"]],
  ["have lost what is before them", 'le":"a","tags":["public"],"version":1}', ["unclassified"]],
  ["are none, as there is no record", "<html>", ["unclassified"]],
])("counts a torn record by its tags where they are whole, and here they %s", async (_where, line, expected) => {
  const { deliver, ingestion } = await openStand();
  deliver("notes", "1.jsonl", line);
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({ head: { kind: "unreadable" }, tags: { notes: expected } });
});

it("takes a record of those that harness and target agreed on for public though half of it is gone", async () => {
  const { deliver, ingestion } = await openStand();
  const file = join(projectRoot(), "targets/reference-ai-stack/target.yaml");
  const { deliveries } = parse(await readFile(file, "utf8")) as { deliveries: { record: unknown } };
  const line = recordOf({ record: JSON.stringify(deliveries.record) }, { id: "a", text: "b c", version: 1 });
  deliver("notes", "1.jsonl", line.slice(0, line.length / 2));
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({ head: { kind: "unreadable" }, tags: { notes: ["public"] } });
});
