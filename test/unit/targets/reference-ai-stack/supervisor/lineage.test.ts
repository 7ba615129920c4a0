import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import type { GuardedEnv } from "../../../../../targets/reference-ai-stack/common/bearer.ts";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { openLineage, type Lineage } from "../../../../../targets/reference-ai-stack/supervisor/lineage.ts";
import { mountLineage } from "../../../../../targets/reference-ai-stack/supervisor/lineage-door.ts";
import { SECRETS } from "../../../../builders/stack-secrets.ts";

const log = createLogger("lineage-test");
const HASH = "a".repeat(64);

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "lineage-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

function doorTo(lineage: Lineage): Hono<GuardedEnv> {
  const app = new Hono<GuardedEnv>();
  mountLineage(app, { lineage, secrets: SECRETS });
  return app;
}

const restored = {
  principal: "healer",
  what: "restore-index",
  incident: "inc-1",
  event: "healer inc-1 1 replace the index",
  replica: "vector-1",
  args: { replica: "vector-1", source: "vector-2" },
  before: { process: 7, indexHash: "b" },
  after: { process: 7, indexHash: "c" },
  status: 200,
} as const;

test("what an incident changed is found again, with where it came from, also by the next life of the stack", async () => {
  const dir = await folder();
  const first = await openLineage(dir, log);
  await first.note(restored);
  await first.note({ principal: "ada", what: "set-weights", args: { weights: { "inference-1": 0 } } });
  await first.close();
  const second = await openLineage(dir, log);
  onTestFinished(() => second.close());
  const answer = await doorTo(second).request("/lineage?incident=inc-1");
  expect(await answer.json()).toMatchObject({ chain: { ok: true, records: 2 }, entries: [restored] });
  const byAda = await (await doorTo(second).request("/lineage?principal=ada")).json();
  expect(byAda).toMatchObject({ entries: [{ what: "set-weights" }] });
  await second.note(restored);
  expect((await second.read({ limit: 10 })).entries).toHaveLength(2);
});

test("a document that a user wrote is told by the gateway and by nobody else", async () => {
  const lineage = await openLineage(await folder(), log);
  onTestFinished(() => lineage.close());
  const app = doorTo(lineage);
  const tell = (token: string, body: unknown) =>
    app.request("/lineage/documents", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${token}` },
    });
  const told = { document: "doc-1", hash: HASH, replicas: ["vector-1", "vector-2"] };
  expect((await tell("healer", told)).status).toBe(401);
  expect((await tell("supervisor", { ...told, hash: "no" })).status).toBe(400);
  expect((await tell("supervisor", told)).status).toBe(200);
  const { entries } = (await (await app.request("/lineage?document=doc-1")).json()) as { entries: unknown[] };
  expect(entries).toMatchObject([{ principal: "gateway", what: "document.written", after: { hash: HASH } }]);
});

test("a record that was changed afterwards is named", async () => {
  const dir = await folder();
  const lineage = await openLineage(dir, log);
  onTestFinished(() => lineage.close());
  await lineage.note(restored);
  await lineage.note({ principal: "ada", what: "set-weights" });
  const file = join(dir, "lineage.ndjson");
  await writeFile(file, (await readFile(file, "utf8")).replace("vector-2", "snapshot"));
  expect((await lineage.read({ limit: 10 })).chain).toMatchObject({ ok: false, brokenSeq: 1 });
});

test("a query that nobody knows is refused", async () => {
  const lineage = await openLineage(await folder(), log);
  onTestFinished(() => lineage.close());
  for (const query of ["?limit=0", "?limit=x", "?nobody=knows", "?incident=", `?what=${"a".repeat(600)}`]) {
    expect((await doorTo(lineage).request(`/lineage${query}`)).status).toBe(400);
  }
});
