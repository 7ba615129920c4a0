// Files that change while they are taken, and folders that are no folders of ours: nothing is lost, and nothing that
// one source does holds up another.
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openIntake } from "../../../../../targets/reference-ai-stack/ingestion/intake.ts";
import { openLedger, type Ledger } from "../../../../../targets/reference-ai-stack/ingestion/ledger.ts";
import { openStand, record, type Stand } from "./stand.ts";

const lying = ({ dir }: Stand, source = "notes"): readonly string[] => readdirSync(join(dir, "sources", source));

/** An intake of its own over the stand's folders, with a ledger that is as it likes. */
function intakeOver({ dir }: Stand, wrap: (ledger: Ledger) => Ledger) {
  const ledger = openLedger(join(dir, "ingestion"));
  const parts = { sourcesDir: join(dir, "sources"), dir: join(dir, "ingestion"), roomBytes: Infinity, now: Date.now };
  return { ledger, intake: openIntake({ ...parts, ledger: wrap(ledger), onPassed: () => undefined }) };
}

describe("a file in whose place its producer puts another one while it is taken", () => {
  it("is taken, and so is the other one, also where that is too long", async () => {
    const stand = await openStand();
    const long = JSON.stringify(record("long", "x y")).replace("{", `{${" ".repeat(4 * 1024 * 1024)}`);
    const later = [record("a", "the newer text", 2), long];
    const { ledger, intake } = intakeOver(stand, (own) => ({
      ...own,
      take(batch) {
        const next = later.shift();
        if (next !== undefined) stand.deliver("notes", "1.jsonl", next);
        return own.take(batch);
      },
    }));
    stand.deliver("notes", "1.jsonl", record("a", "the text", 1));
    for (let n = 0; n < 3; n += 1) intake.scan();
    const texts = ledger.batches("queued").map((batch) => intake.content(batch).toString());
    expect(texts).toEqual([expect.stringContaining("the text"), expect.stringContaining("the newer text")]);
    expect(lying(stand)).toEqual([]);
    expect(readdirSync(join(stand.dir, "ingestion", "oversized", "notes"))).toHaveLength(1);
    ledger.close();
  });

  it("is taken under its own name by the process that comes after one which died before it had removed it", async () => {
    const stand = await openStand();
    const folder = join(stand.dir, "sources", "notes");
    mkdirSync(folder, { recursive: true });
    const old = JSON.stringify(record("a", "known already"));
    stand.deliver("notes", "1.jsonl", old);
    await stand.ingestion().turn();
    writeFileSync(join(folder, ".taking-01234567-1.jsonl"), old);
    writeFileSync(join(folder, ".taking-89abcdef-1.jsonl"), JSON.stringify(record("a", "put there meanwhile", 2)));
    await stand.again().turn();
    expect(await stand.texts("a")).toEqual(["put there meanwhile", "put there meanwhile"]);
    expect(lying(stand)).toEqual([]);
    expect(stand.ingestion().view()).toMatchObject({ published: 2, queued: 0 });
  });
});

describe("a batch that was taken back", () => {
  it("is published when its producer brings it again, and has a way back to what stands there now", async () => {
    const stand = await openStand();
    const { deliver, ingestion, settle, texts } = stand;
    const bring = async (): Promise<void> => {
      deliver("notes", "1.jsonl", record("a", "the text", 3));
      await settle();
    };
    await bring();
    await ingestion().prune();
    ingestion().rollBack(1);
    // What comes while it is being taken back waits for that.
    await bring();
    expect(await texts("a")).toEqual(["the text", "the text"]);
    ingestion().withdraw("notes", "1.jsonl");
    await settle();
    expect(await texts("a")).toEqual([undefined, undefined]);
    deliver("notes", "0.jsonl", record("a", "the one before", 1));
    await settle();
    await bring();
    expect(await texts("a")).toEqual(["the text", "the text"]);
    expect(ingestion().find("notes", "1.jsonl")).toMatchObject({ state: "published", seq: 4, changed: 1 });
    ingestion().rollBack(4);
    await settle();
    expect(await texts("a")).toEqual(["the one before", "the one before"]);
  });

  it("keeps no copy of bytes that are known under their name, and were let go of", async () => {
    const stand = await openStand();
    const { deliver, ingestion, settle, dir } = stand;
    for (const version of [1, 2]) deliver("notes", "1.jsonl", record("a", "the text", version));
    await settle();
    for (const version of [3, 2]) {
      deliver("notes", "1.jsonl", record("a", "the text", version));
      await settle();
      await ingestion().prune();
    }
    expect(readdirSync(join(dir, "ingestion", "taken", "notes"))).toEqual([]);
  });
});

describe("a source out of which nothing can be taken", () => {
  it("holds no other one up while its folder is gone, nor does the folder of all", async () => {
    const stand = await openStand();
    const { deliver, ingestion, settle, dir } = stand;
    deliver("notes", "1.jsonl", record("a", "one"), "torn");
    await ingestion().turn();
    rmSync(join(dir, "sources", "notes"), { recursive: true });
    expect(ingestion().view()).toMatchObject({ head: { line: 2 }, tags: { notes: ["public", "unclassified"] } });
    rmSync(join(dir, "sources"), { recursive: true });
    expect(ingestion().view()).toMatchObject({ queued: 1, held: [] });
    ingestion().deadLetter(1);
    await settle();
    expect(await stand.texts("a")).toEqual(["one", "one"]);
  });

  it("holds no other one up where its files can be copied nowhere, and says so", async () => {
    const stand = await openStand();
    const { deliver, ingestion, dir } = stand;
    mkdirSync(join(dir, "ingestion", "taken"));
    writeFileSync(join(dir, "ingestion", "taken", "notes"), "no folder");
    deliver("notes", "1.jsonl", record("a", "one"));
    deliver("others", "1.jsonl", record("b", "two"));
    await ingestion().turn();
    expect(await stand.texts("b")).toEqual(["two", "two"]);
    const untaken = [{ source: "notes", batch: "1.jsonl", says: expect.stringContaining("notes") as string }];
    expect(ingestion().view()).toMatchObject({ published: 1, writeRefused: null, untaken });
    rmSync(join(dir, "ingestion", "taken", "notes"));
    await ingestion().turn();
    expect(await stand.texts("a")).toEqual(["one", "one"]);
    expect(ingestion().view().untaken).toEqual([]);
  });

  it("is named with what lies there where its name or that of a file is none, or it is no file", async () => {
    const { deliver, ingestion, settle, dir } = await openStand();
    deliver("CRM_2", "1.jsonl", record("a", "one"));
    deliver("notes", "a b.jsonl", record("b", "two"));
    deliver("notes", ".1.jsonl", record("c", "three"));
    symlinkSync("elsewhere", join(dir, "sources", "notes", "link.jsonl"));
    writeFileSync(join(dir, "sources", "stray.jsonl"), "");
    await settle();
    const seen = ingestion().view();
    expect(seen.untaken.map(({ source, batch }) => `${source}/${batch}`).toSorted()).toEqual([
      "CRM_2/",
      "notes/a b.jsonl",
      "notes/link.jsonl",
      "stray.jsonl/",
    ]);
    expect([seen.published, ingestion().countUntaken()]).toEqual([0, 4]);
  });
});
