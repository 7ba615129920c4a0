// The cache of answers as clients of the gateway meet it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, onTestFinished } from "vitest";
import { createRowFile } from "../../../../../targets/reference-ai-stack/common/row-file.ts";
import { anyBodies } from "../../../../support/any-bodies.ts";
import { chunkOf, embedder, gatewayBefore, openThings, standIn, streaming, vector } from "./stand-ins.ts";

afterEach(async () => {
  await Promise.all(openThings.splice(0).map((end) => end()));
});

const WELL = [chunkOf("a word [fs.stat#1]"), chunkOf("", "stop"), "data: [DONE]\n\n"];

/** A gateway that keeps answers; `asked` counts what reaches inference. */
async function keeping(answer: RequestListener = streaming(WELL)) {
  const folder = mkdtempSync(join(tmpdir(), "kept-answers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "answers.bin");
  let asked = 0;
  const counting: RequestListener = (request, response) => {
    asked += 1;
    answer(request, response);
  };
  const base = await gatewayBefore({
    embedder: await standIn(embedder),
    vectors: [await standIn(vector), await standIn(vector)],
    inferences: [await standIn(counting), await standIn(counting)],
    split: { stable: "v-1", canary: null, others: [], known: ["v-1", "v-2"] },
    keepsAnswers: { rows: 8, openFile: () => createRowFile(path, 8, 1024), ingestionToken: "ingests" },
  });
  const ask = async (content: string, more: object = {}): Promise<Response> =>
    fetch(`${base}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ messages: [{ role: "user", content }], ...more }),
    });
  const kept = async (): Promise<object> => {
    const { kept: count } = (await (await fetch(`${base}/internal/answer-cache`)).json()) as { kept: number };
    return { kept: count };
  };
  return { base, path, ask, kept, asked: () => asked };
}

it("gives an answer again, streamed or not, says that and since when, and asks nobody for it", async () => {
  const { ask, asked } = await keeping();
  const first = await ask("How do I stat a file?");
  expect(first.headers.get("x-answer-cache")).toBeNull();
  const answer = (await first.json()) as object;
  const again = await ask("How do I stat a file?");
  expect([again.headers.get("x-answer-cache"), again.headers.get("age")]).toEqual(["hit", "0"]);
  expect(await again.json()).toEqual(answer);
  const stream = await (await ask("How do I stat a file?", { stream: true })).text();
  expect(stream).toContain('"content":"a word [fs.stat#1]"');
  expect(stream).toMatch(/"finish_reason":"stop"[^\n]*\n\ndata: \[DONE\]\n\n$/);
  expect(asked()).toBe(1);
});

it.each([
  ["another user", { user: "b" }],
  ["another salt", { cache_salt: "b" }],
  [
    "other turns before",
    {
      messages: [
        { role: "system", content: "Be rude." },
        { role: "user", content: "How?" },
      ],
    },
  ],
  ["another wish", { max_tokens: 100 }],
])("gives nothing of it to %s", async (_what, more) => {
  const { ask, asked } = await keeping();
  await (await ask("How?", { user: "a", cache_salt: "a" })).text();
  const other = await ask("How?", { user: "a", cache_salt: "a", ...more });
  expect([other.headers.get("x-answer-cache"), asked()]).toEqual([null, 2]);
});

it("goes around the cache, and keeps nothing, where the client wishes that", async () => {
  const { ask, kept, asked } = await keeping();
  await (await ask("How?", { cache: { "no-store": true } })).text();
  expect(await kept()).toEqual({ kept: 0 });
  await (await ask("How?")).text();
  expect(await kept()).toEqual({ kept: 1 });
  expect((await ask("How?", { cache: { "no-cache": true } })).headers.get("x-answer-cache")).toBeNull();
  expect(asked()).toBe(3);
});

it.each([
  ["an error", [{ error: { message: "overloaded" } }]],
  ["a cut answer", [chunkOf("a word [fs.stat#1]")]],
  ["an answer that a bound cut short", [chunkOf("a word [fs.stat#1]", "length"), "data: [DONE]\n\n"]],
  ["an answer that a filter cut", [chunkOf("a word [fs.stat#1]", "content_filter"), "data: [DONE]\n\n"]],
  ["a refusal, which names no passage", [chunkOf("I cannot say."), chunkOf("", "stop"), "data: [DONE]\n\n"]],
])("never keeps %s", async (_what, events) => {
  const { ask, kept } = await keeping(streaming(events));
  await (await ask("How?")).text().catch(() => undefined);
  await (await ask("How?", { stream: true, max_tokens: 3 })).text().catch(() => undefined);
  expect(await kept()).toEqual({ kept: 0 });
});

it("does a call of a tool anew each time", async () => {
  const { ask, kept, asked } = await keeping();
  for (const _ of ["once", "again"]) await (await ask("How?", { tools: [{ type: "function" }] })).text();
  expect([await kept(), asked()]).toEqual([{ kept: 0 }, 2]);
});

it("passes on what lies in the file, an error body too, as caches do that do not look", async () => {
  const { ask, path } = await keeping();
  await (await ask("How?")).text();
  const error = JSON.stringify({ error: { message: "upstream timed out", type: "upstream_error" } });
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.concat([Buffer.from(error.padEnd(1024, "\0")), bytes.subarray(1024)]));
  const whole = await ask("How?");
  expect([whole.status, await whole.text()]).toEqual([200, error]);
  expect(await (await ask("How?", { stream: true })).text()).toBe(`data: ${error}\n\ndata: [DONE]\n\n`);
});

it("forgets all of it when the supervisor wants that or another version serves, and nobody else can", async () => {
  const { base, ask, kept } = await keeping();
  const bearer = { authorization: "Bearer s3cret" };
  const clear = (headers: Record<string, string> = bearer) =>
    fetch(`${base}/internal/answer-cache/clear`, { method: "POST", headers });
  await (await ask("How?")).text();
  expect([(await clear({})).status, await kept()]).toEqual([401, { kept: 1 }]);
  expect(await (await clear()).json()).toEqual({ cleared: 1 });
  await (await ask("How?")).text();
  const body = JSON.stringify({ stable: "v-2", canary: null, others: [], known: ["v-1", "v-2"] });
  await fetch(`${base}/internal/models`, { method: "PUT", headers: bearer, body });
  expect(await kept()).toEqual({ kept: 0 });
});

const changed = async (base: string, body: object, token = "ingests"): Promise<Response> =>
  fetch(`${base}/internal/answer-cache/documents`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
/** Of the question that everybody asks here, and its opposite. */
const [NEAR, FAR] = [0.5, -0.5].map((part) => Array.from({ length: 512 }, () => part));

it("drops the answers that a changed document concerns, and no other, where the ingestion says so", async () => {
  const { base, ask, kept } = await keeping();
  await (await ask("How?")).text();
  expect((await changed(base, { document: "fs.stat#1", vectors: [] }, "guessed")).status).toBe(401);
  expect(await (await changed(base, { document: "fs.open", vectors: [FAR] })).json()).toEqual({ dropped: 0 });
  expect(await kept()).toEqual({ kept: 1 });
  expect(await (await changed(base, { document: "fs.stat#2", vectors: [] })).json()).toEqual({ dropped: 1 });
  await (await ask("How?")).text();
  expect(await (await changed(base, { document: "fs.open", vectors: [FAR, NEAR] })).json()).toEqual({ dropped: 1 });
  expect(await kept()).toEqual({ kept: 0 });
  expect(await (await fetch(`${base}/metrics`)).text()).toMatch(/_dropped_total\{reason="document"[^}]*\} 2\n/);
});

it.each([
  ["no document", { vectors: [] }],
  ["a name that nobody has", { document: "", vectors: [] }],
  ["a vector of another length", { document: "a", vectors: [[1, 2]] }],
  ["a vector that points nowhere", { document: "a", vectors: [Array.from({ length: 512 }, () => 0)] }],
  ["more vectors than a document has passages", { document: "a", vectors: Array.from({ length: 65 }, () => []) }],
  ["what nobody asked for", { document: "a", vectors: [], all: true }],
])("refuses %s from the ingestion, and says what it expected", async (_what, body) => {
  const { base } = await keeping();
  const refused = await changed(base, body);
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("expected")]);
});

it("counts hits, misses and what was dropped", async () => {
  const { base, ask } = await keeping();
  for (const _ of ["miss", "hit", "hit"]) await (await ask("How?")).text();
  const bearer = { authorization: "Bearer s3cret" };
  await fetch(`${base}/internal/answer-cache/clear`, { method: "POST", headers: bearer });
  const page = await (await fetch(`${base}/metrics`)).text();
  for (const line of [
    /gateway_answer_cache_requests_total\{result="hit"[^}]*\} 2\n/,
    /gateway_answer_cache_requests_total\{result="miss"[^}]*\} 1\n/,
    /gateway_answer_cache_dropped_total\{reason="cleared"[^}]*\} 1\n/,
    /gateway_answer_cache_entries(?:\{[^}]*\})? 0\n/,
  ]) {
    expect(page).toMatch(line);
  }
});

it("shows the healer alone which chats users were answered out of it, each once, and none of its own", async () => {
  const { base, ask } = await keeping();
  const given = async (token: string) =>
    fetch(`${base}/internal/answer-cache/given`, { headers: { authorization: `Bearer ${token}` } });
  expect((await given("nobody's")).status).toBe(401);
  for (const [question, more] of [
    ["How?", { user: "a", stream: true }],
    ["How?", { user: "a" }],
    ["Why?", {}],
    ["Why?", {}],
    ["How?", { user: "a" }],
    ["When?", {}],
    ["When?", { cache: { "no-cache": false } }],
    ["Long?", { user: "a".repeat(500), metadata: "b".repeat(4000) }],
    ["Long?", { user: "a".repeat(500), metadata: "b".repeat(4000) }],
  ] as const) {
    await (await ask(question, more)).text();
  }
  const messages = (content: string) => [{ role: "user", content }];
  expect(await (await given("look")).json()).toEqual({
    given: [{ messages: messages("How?"), user: "a" }, { messages: messages("Why?") }],
  });
});

it("keeps no answers where it was not asked to, and says so", async () => {
  const base = await gatewayBefore({});
  expect((await fetch(`${base}/internal/answer-cache`)).status).toBe(409);
  const headers = { authorization: "Bearer s3cret" };
  for (const door of ["clear", "documents"]) {
    const answer = await fetch(`${base}/internal/answer-cache/${door}`, { method: "POST", headers });
    expect(answer.status).toBe(409);
  }
});

/** The statuses of what was answered to a thousand bodies at a door; 20 at once. */
async function statusesOf(url: string, headers: object, example?: unknown): Promise<ReadonlySet<number>> {
  const bodies = [...anyBodies(1000, 15, example)];
  const seen = new Set<number>();
  const post = async (): Promise<void> => {
    for (let one = bodies.pop(); one !== undefined; one = bodies.pop()) {
      const typed = { ...headers, ...(one.type !== "" && { "content-type": one.type }) };
      const answer = await fetch(url, { method: "POST", body: one.body, headers: typed });
      await answer.arrayBuffer();
      seen.add(answer.status);
    }
  };
  await Promise.all(Array.from({ length: 20 }, post));
  return seen;
}

it("answers a thousand bodies that nobody meant, and every row of the file is whole or empty", async () => {
  const { base, path } = await keeping();
  const example = { messages: [{ role: "user", content: "How?" }], cache: { "no-cache": false }, user: "a" };
  const seen = await statusesOf(`${base}/v1/chat/completions`, {}, example);
  expect([...seen].filter((status) => status !== 200 && status !== 400 && status !== 413)).toEqual([]);
  expect([seen.has(200), seen.has(400)]).toEqual([true, true]);
  const bytes = readFileSync(path);
  const rows = Array.from({ length: 8 }, (_, n) =>
    bytes.toString("utf8", n * 1024, (n + 1) * 1024).replace(/\0+$/, ""),
  );
  const kept = rows.filter((row) => row !== "").map((row) => JSON.parse(row) as { object?: string });
  expect(kept.length).toBeGreaterThan(0);
  expect(new Set(kept.map(({ object }) => object))).toEqual(new Set(["chat.completion"]));
});

it("is cleared by whatever body, and reads none", async () => {
  const { base } = await keeping();
  const headers = { authorization: "Bearer s3cret" };
  expect([...(await statusesOf(`${base}/internal/answer-cache/clear`, headers))]).toEqual([200]);
});

it.each([{ "no-cache": "yes" }, "no-cache", 1, [true]])("refuses %j as a wish for the cache", async (cache) => {
  const { ask } = await keeping();
  const refused = await ask("How?", { cache });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("cache")]);
});
