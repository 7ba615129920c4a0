// What the ingestion answers over HTTP: to users who bring documents, and to whoever may do something to it.
import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createIngestionApp } from "../../../../../targets/reference-ai-stack/ingestion/app.ts";
import { anyBodies } from "../../../../support/any-bodies.ts";
import type { Doors } from "../../../../../targets/reference-ai-stack/ingestion/doors.ts";
import { BatchFailure } from "../../../../../targets/reference-ai-stack/ingestion/records.ts";
import { openStand, quiet, record, type Stand } from "./stand.ts";

const token = "a-token-of-the-test";

function asker({ ingestion }: Pick<Stand, "ingestion">) {
  const parts = { principals: { supervisor: token }, registry: new Registry(), tracer: NO_TRACER, log: quiet };
  const app = createIngestionApp({ ingestion: ingestion(), ...parts });
  return async (path: string, body: unknown, bearer = token): Promise<[number, string]> => {
    const sent = typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body);
    const headers = { authorization: `Bearer ${bearer}` };
    const answer = await app.request(path, { method: "POST", body: sent, headers });
    return [answer.status, await answer.text()];
  };
}

it("answers a user once the document is found; a later text takes its place", async () => {
  const stand = await openStand();
  const ask = asker(stand);
  const note = { id: "n", title: "", text: "brought by a user" };
  expect((await ask("/documents", note))[0]).toBe(201);
  expect(await stand.texts("n")).toEqual(["brought by a user", "brought by a user"]);
  stand.pass(5);
  expect((await ask("/documents", { ...note, text: "brought again" }))[0]).toBe(201);
  expect(await stand.texts("n")).toEqual(["brought again", "brought again"]);
});

it("does not keep a user waiting where the queue does not move, and publishes what it has taken once it does", async () => {
  const stand = await openStand(50);
  const ask = asker(stand);
  stand.deliver("notes", "bad.jsonl", "{");
  await stand.ingestion().turn();
  const note = { id: "late", title: "", text: "brought by a user" };
  expect(await ask("/documents", note)).toEqual([503, expect.stringContaining("not published yet")]);
  expect((await ask("/control/dead-letter", { seq: 1 }))[0]).toBe(200);
  await stand.ingestion().turn();
  expect(await stand.texts("late")).toEqual(["brought by a user", "brought by a user"]);
});

it("says that a user's document is not stored where another source's version of it is newer, and counts it", async () => {
  const stand = await openStand();
  const ask = asker(stand);
  stand.deliver("notes", "1.jsonl", record("shared", "what its source says", 2_000_000_000_000), record("own", "one"));
  await stand.ingestion().turn();
  const note = { id: "shared", title: "", text: "brought by a user" };
  expect(await ask("/documents", note)).toEqual([409, expect.stringContaining("a newer version of shared is there")]);
  expect(await stand.texts("shared")).toEqual(["what its source says", "what its source says"]);
  const counted = await stand.metrics.getMetricsAsJSON();
  const of = (name: string): object | undefined =>
    counted.find((one) => one.name === `ingestion_${name}_total`)?.values;
  expect(of("documents_stale")).toContainEqual(expect.objectContaining({ value: 1, labels: { source: "users" } }));
  expect(of("documents")).toContainEqual(expect.objectContaining({ value: 2, labels: { source: "notes" } }));
});

it("tells no user that a document is stored that was left out of its batch", async () => {
  const stand = await openStand(1000);
  const wrong = (doors: Doors): Doors => ({
    ...doors,
    write: async (_document, _write, line) => Promise.reject(new BatchFailure("refused", line, "never")),
  });
  stand.again(wrong);
  const ask = asker(stand);
  const answer = ask("/documents", { id: "n", title: "", text: "brought by a user" });
  await expect.poll(() => stand.ingestion().view().head?.kind).toBe("refused");
  stand.ingestion().deadLetter(1);
  await stand.settle();
  expect((await answer)[0]).toBe(503);
});

it("refuses a user's document that would stop at the head of the queue, and holds nobody up by it", async () => {
  const stand = await openStand();
  const ask = asker(stand);
  const cases: readonly (readonly [object, string])[] = [
    [{ text: "1234567890 1234567890" }, "of 21 characters are letters"],
    [{ id: "n#2" }, "ends like that of a passage"],
    [{ text: "bytes \u0000 of no text" }, "bytes that are no text"],
    [{ id: "a".repeat(181) }, "180"],
    [{ id: "cut \ud83d" }, "control characters"],
    [{ id: "\u0000" }, "control characters"],
    [{ title: "a\u0000b" }, "no NUL"],
    [{ text: "half \ud83d" }, "bytes that are no text"],
    [{ text: " " }, "there is no text"],
    [{ more: 1 }, "more"],
  ];
  for (const [part, says] of cases) {
    const answer = await ask("/documents", { id: "n", title: "", text: "brought by a user", ...part });
    expect(answer, says).toEqual([400, expect.stringContaining(says)]);
  }
  expect(stand.ingestion().view()).toMatchObject({ queued: 0, published: 0 });
});

it("does nothing for who has not the token, and says what cannot be done", async () => {
  const stand = await openStand();
  const ask = asker(stand);
  stand.deliver("notes", "1.jsonl", record("a", "good"));
  await stand.ingestion().turn();
  expect((await ask("/control/roll-back", { seq: 1 }, "another"))[0]).toBe(401);
  expect(await ask("/control/roll-back", { seq: 9 })).toEqual([
    409,
    expect.stringContaining("batch 9 is not published"),
  ]);
  expect((await ask("/control/quarantine", { source: "../notes" }))[0]).toBe(400);
  expect((await ask("/control/repair-schema", { source: "notes", mapping: { a: "text" } }))[0]).toBe(409);
  expect(await stand.texts("a"), JSON.stringify(stand.ingestion().view())).toEqual(["good", "good"]);
});

it("answers 1,000 bodies that nobody meant at each of its doors, and goes on", async () => {
  const stand = await openStand(2000);
  const ask = asker(stand);
  const doors = {
    "/documents": { id: "n", title: "", text: "brought" },
    "/control/dead-letter": { seq: 1 },
    "/control/roll-back": { seq: 1 },
    "/control/quarantine": { source: "notes" },
    "/control/lift-quarantine": { source: "notes", by: "ada" },
    "/control/repair-schema": { source: "notes", mapping: { a: "text" } },
    "/control/clear-mapping": { source: "notes", by: "ada" },
    "/control/retry": {},
    "/control/withdraw": { source: "notes", batch: "1.jsonl" },
    "/control/scale": { atOnce: 4 },
  };
  for (const [path, example] of Object.entries(doors)) {
    for (const { body } of anyBodies(1000, 6, example)) {
      const [status] = await ask(path, body);
      expect([200, 201, 400, 409, 413, 503], path).toContain(status);
    }
  }
  stand.deliver("after", "1.jsonl", record("a", "good"));
  await stand.ingestion().turn();
  expect(stand.ingestion().view()).toMatchObject({ queued: 0, head: null });
  expect(await stand.texts("a"), JSON.stringify(stand.ingestion().view())).toEqual(["good", "good"]);
});
