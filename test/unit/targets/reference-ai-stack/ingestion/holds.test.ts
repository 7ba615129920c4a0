// A source that its producer holds: nothing is taken from it, and it is let go of only once nobody renews the hold.
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStand, record, type Stand } from "./stand.ts";

/** Where the clock of a stand begins, s since 1970. */
const BEGIN = 1_700_000_000;

/** A source with one batch behind a hold; both are as old as the stand. */
function held({ dir, deliver }: Stand): string {
  const folder = join(dir, "sources", "notes");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".hold"), "");
  deliver("notes", "1.jsonl", record("a", "one"));
  for (const file of [".hold", "1.jsonl"]) utimesSync(join(folder, file), BEGIN, BEGIN);
  return join(folder, ".hold");
}

it("counts what lies in a source and nobody takes as waiting, but not what is still being written", async () => {
  const { dir, deliver, ingestion, pass, settle } = await openStand();
  const bring = (batch: string): void => {
    deliver("notes", batch, record("a", "one"));
    utimesSync(join(dir, "sources", "notes", batch), BEGIN, BEGIN);
  };
  bring(".1.jsonl");
  pass(3000);
  expect(ingestion().view().lagMs).toBe(0);
  bring("2.jsonl");
  expect(ingestion().view()).toMatchObject({ queued: 0, head: null, lagMs: 3000 });
  await settle();
  expect(ingestion().view()).toMatchObject({ published: 1, lagMs: 0 });
});

describe("a source that is held", () => {
  it("gives nothing, whatever others bring, and what lies there counts as waiting", async () => {
    const stand = await openStand();
    held(stand);
    stand.deliver("others", "1.jsonl", record("b", "two"));
    await stand.settle();
    expect(await stand.texts("a")).toEqual([undefined, undefined]);
    expect(await stand.texts("b")).toEqual(["two", "two"]);
    const { held: found, lagMs, ...view } = stand.ingestion().view();
    expect(found).toMatchObject([{ source: "notes", batches: 1, waitedMs: lagMs }]);
    // As long as the clock of the stand was moved on, a minute at least.
    expect(lagMs).toBeGreaterThanOrEqual(60_000);
    expect(view).toMatchObject({ head: null, queued: 0, published: 1 });
  });

  it("is not taken from its producer as long as that renews the hold, and is let go of once nobody does", async () => {
    const stand = await openStand();
    held(stand);
    stand.pass(2900);
    expect(() => stand.ingestion().release("notes")).toThrow("held by who has renewed it 2900 ms ago");
    stand.pass(100);
    expect(stand.ingestion().view().held).toMatchObject([{ isStale: true }]);
    stand.ingestion().release("notes");
    await stand.settle();
    expect(await stand.texts("a")).toEqual(["one", "one"]);
    expect(stand.ingestion().view()).toMatchObject({ held: [], published: 1 });
    expect(() => stand.ingestion().release("notes")).toThrow("nobody holds notes");
  });

  it("says what kind of data lies there once nobody renews the hold, torn records included", async () => {
    const stand = await openStand();
    held(stand);
    expect(stand.ingestion().view().tags).toEqual({});
    stand.pass(3000);
    expect(stand.ingestion().view().tags).toEqual({ notes: ["public"] });
    stand.deliver("notes", "2.jsonl", record("b", "two", 1, { tags: ["phi"] }));
    expect(stand.ingestion().view().tags).toEqual({ notes: ["phi", "public"] });
    stand.deliver("notes", "2.jsonl", '{"schema":1,"id":"b","text":"torn');
    expect(stand.ingestion().view().tags).toEqual({ notes: ["public", "unclassified"] });
    rmSync(join(stand.dir, "sources", "notes", "2.jsonl"));
    expect(stand.ingestion().view().tags).toEqual({ notes: ["public"] });
  });

  it("is taken from as soon as its producer lets go, and holds nothing up while it is empty", async () => {
    const stand = await openStand();
    rmSync(held(stand));
    await stand.settle();
    expect(await stand.texts("a")).toEqual(["one", "one"]);
    writeFileSync(join(stand.dir, "sources", "notes", ".hold"), "");
    expect(stand.ingestion().view().held).toEqual([]);
  });
});
