// A quarantine is lifted, and a renaming of fields taken back: by the supervisor's operations, through the ingestion's
// own doors.
import { DatabaseSync } from "@photostructure/sqlite";
import { join } from "node:path";
import { Registry } from "prom-client";
import { expect, it, onTestFinished } from "vitest";
import { listen } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createIngestionApp } from "../../../../../targets/reference-ai-stack/ingestion/app.ts";
import type { OperationParts } from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { OPERATIONS } from "../../../../../targets/reference-ai-stack/supervisor/operations/table.ts";
import { SECRETS } from "../../../../builders/stack-secrets.ts";
import { openStand, quiet, record, type Stand } from "./stand.ts";

const both = (text: string | undefined): readonly (string | undefined)[] => [text, text];

/** What the supervisor does to the ingestion of a stand when it is asked. */
async function supervisorOf({ ingestion }: Stand) {
  const parts = { principals: { it: SECRETS.ingestionToken }, registry: new Registry(), tracer: NO_TRACER, log: quiet };
  const server = await listen(createIngestionApp({ ingestion: ingestion(), ...parts }), 0);
  onTestFinished(server.close);
  const tended = new Map<string, number>();
  const child = { spec: { service: "ingestion", port: server.port } };
  const fleet = { child: () => child, inTurn: (_replica: string, work: () => Promise<unknown>) => work() };
  const ask = async (name: string, args: Readonly<Record<string, string>>): Promise<[number, object]> => {
    const operation = OPERATIONS.find((one) => one.name === name);
    const given = { fleet, secrets: SECRETS, tended } as unknown as OperationParts;
    const answer = await operation?.call({ replica: "ingestion", ...args }, given, "ada");
    return [answer?.status ?? 0, answer?.body ?? {}];
  };
  const post = async (verb: string, body: object): Promise<number> => {
    const headers = { authorization: `Bearer ${SECRETS.ingestionToken}`, "content-type": "application/json" };
    const url = `http://127.0.0.1:${server.port}/control/${verb}`;
    return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).status;
  };
  return { ask, tended, post };
}

/** What its ledger says that people undid. */
function undoneIn({ dir }: Stand): readonly object[] {
  const db = new DatabaseSync(join(dir, "ingestion", "ledger.db"));
  try {
    return db
      .prepare("SELECT source, what, by FROM undone ORDER BY n")
      .all()
      .map((row) => ({ ...(row as object) }));
  } finally {
    db.close();
  }
}

it("takes from a source again that was in quarantine, what waited in its order, and leaves back what was taken back", async () => {
  const stand = await openStand();
  const { deliver, ingestion, texts } = stand;
  const { ask, tended } = await supervisorOf(stand);
  const page = "an error page";
  deliver("notes", "1.jsonl", ...["c#1", "c#2", "c#3"].map((id) => record(id, page, 2)));
  await ingestion().turn();
  expect((await ask("quarantine-source", { source: "notes" }))[0]).toBe(200);
  deliver("notes", "2.jsonl", record("a", "older", 1), record("b", "waited"));
  deliver("notes", "3.jsonl", record("a", "newer", 2));
  await ingestion().turn();
  expect([await texts("a"), ingestion().view().quarantined]).toEqual([both(undefined), ["notes"]]);
  expect(await ask("lift-quarantine", { source: "notes" })).toEqual([
    200,
    { replica: "ingestion", batches: 2, takenBack: 1 },
  ]);
  deliver("notes", "4.jsonl", record("d", "came after"));
  await ingestion().turn();
  expect(await Promise.all(["a", "b", "d", "c#1"].map(texts))).toEqual(
    ["newer", "waited", "came after", "corpus text 1"].map(both),
  );
  expect(ingestion().find("notes", "1.jsonl")?.state).toBe("rolled-back");
  expect(await ask("lift-quarantine", { source: "notes" })).toEqual([
    409,
    { error: expect.stringContaining("notes is in no quarantine") as string },
  ]);
  expect(Object.fromEntries(tended)).toEqual({ quarantines: 1, liftedQuarantines: 1 });
  expect(undoneIn(stand)).toEqual([{ source: "notes", what: "quarantine", by: "ada" }]);
});

it("keeps a quarantine lifted, and a source out of it, when the ingestion starts anew", async () => {
  const stand = await openStand();
  stand.deliver("notes", "1.jsonl", record("a", "good"));
  await stand.ingestion().turn();
  stand.ingestion().quarantine("notes");
  stand.deliver("notes", "2.jsonl", record("b", "waited"));
  await stand.ingestion().turn();
  stand.ingestion().liftQuarantine("notes", "ada");
  await stand.again().turn();
  expect([await stand.texts("b"), stand.ingestion().view().quarantined]).toEqual([both("waited"), []]);
});

it("lifts no quarantine while something of the source is being taken back", async () => {
  const stand = await openStand();
  const { ask } = await supervisorOf(stand);
  stand.deliver("notes", "1.jsonl", ...["c#1", "c#2", "c#3"].map((id) => record(id, "an error page", 2)));
  await stand.ingestion().turn();
  stand.ingestion().quarantine("notes");
  expect(stand.ingestion().find("notes", "1.jsonl")?.state).toBe("rolling-back");
  expect(await ask("lift-quarantine", { source: "notes" })).toEqual([
    409,
    { error: expect.stringContaining("1 of notes are being taken back") as string },
  ]);
  expect([stand.ingestion().view().quarantined, undoneIn(stand)]).toEqual([["notes"], []]);
  await stand.settle();
  expect(await ask("lift-quarantine", { source: "notes" })).toEqual([
    200,
    { replica: "ingestion", batches: 0, takenBack: 1 },
  ]);
});

it.each(["lift-quarantine", "clear-mapping"])("does no %s for whoever names no person", async (verb) => {
  const stand = await openStand();
  const { post } = await supervisorOf(stand);
  stand.deliver("notes", "1.jsonl", record("a", "good"));
  await stand.ingestion().turn();
  stand.ingestion().quarantine("notes");
  for (const body of [{ source: "notes" }, { source: "notes", by: "" }]) expect(await post(verb, body)).toBe(400);
  expect([stand.ingestion().view().quarantined, undoneIn(stand)]).toEqual([["notes"], []]);
});

it("reads records as they come again once a renaming is taken back, and leaves what is published", async () => {
  const stand = await openStand();
  const { deliver, ingestion, texts, pass } = stand;
  const { ask, tended } = await supervisorOf(stand);
  const drifted = (id: string): object => ({ schema: 1, id, title: id, body: `text of ${id}`, version: 1, tags: [] });
  deliver("notes", "1.jsonl", drifted("a"));
  await ingestion().turn();
  expect((await ask("repair-schema", { source: "notes", renaming: "body=text" }))[0]).toBe(200);
  await ingestion().turn();
  expect([await texts("a"), ingestion().view().renamed]).toEqual([both("text of a"), { notes: { body: "text" } }]);
  expect(await ask("clear-mapping", { source: "notes" })).toEqual([200, { replica: "ingestion" }]);
  expect(ingestion().view().renamed).toEqual({});
  deliver("notes", "2.jsonl", drifted("b"));
  pass(1000);
  await ingestion().turn();
  expect(ingestion().view().head).toMatchObject({ kind: "schema", mapping: { body: "text" } });
  expect([await texts("a"), await texts("b")]).toEqual([both("text of a"), both(undefined)]);
  expect(await ask("clear-mapping", { source: "notes" })).toEqual([
    409,
    { error: expect.stringContaining("no field of notes is renamed") as string },
  ]);
  expect(Object.fromEntries(tended)).toEqual({ schemaRepairs: 1, clearedMappings: 1 });
  expect(undoneIn(stand)).toEqual([{ source: "notes", what: "mapping", by: "ada" }]);
});
