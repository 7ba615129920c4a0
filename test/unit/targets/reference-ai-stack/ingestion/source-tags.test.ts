// What the ingestion says of the kind of data that a source sends.
import { expect, it } from "vitest";
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

it("takes tags for what they say once a renaming is agreed on, and those of a torn line as far as it goes", async () => {
  const { deliver, ingestion } = await openStand();
  const { tags, ...untagged } = record("a", "good") as { tags: unknown };
  deliver("notes", "1.jsonl", { ...untagged, labels: tags }, '{"id":"no tag","tags":["phi","publ');
  await ingestion().turn();
  expect(ingestion().view().tags).toEqual({ notes: ["phi", "public", "unclassified"] });
  ingestion().repairSchema("notes", { labels: "tags" });
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({
    head: { kind: "unreadable", line: 2 },
    tags: { notes: ["phi", "public"] },
  });
});
